# One image for web, worker, issuer, beat and the migration step; the proxy is its own small target.
FROM python:3.13.9-slim-trixie AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/app/.venv/bin:$PATH
WORKDIR /app

FROM base AS build
COPY requirements/base.txt requirements/base.txt
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements/base.txt
COPY manage.py ./
COPY locale locale
COPY supportdesk supportdesk
COPY contracts contracts
COPY inquiries inquiries
COPY licensing licensing
COPY templates templates
# The demo's own code is not part of the product; its stand-in secrets serve to collect files only.
RUN rm -rf supportdesk/demo templates/demo \
    && pybabel compile --directory locale --domain django \
    && python -m compileall -q supportdesk contracts inquiries licensing \
    && SECRET_KEY=build-only FIELD_ENCRYPTION_KEYS=build-only \
       DATABASE_URL=postgres://build@/build STATIC_ROOT=/app/static \
       python manage.py collectstatic --noinput

FROM base AS app
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin desk \
    && useradd --uid 10004 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin issuer \
    && install -d -o desk -g desk /data/media \
    && install -d -o issuer -g issuer -m 0700 /data/signing/private \
    && install -d -o issuer -g issuer -m 0755 /data/signing/public
COPY --from=build /app /app
ENV STATIC_ROOT=/app/static MEDIA_ROOT=/data/media \
    SIGNING_PUBLIC_KEYS=/data/signing/public/public.json
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/', timeout=4)"]
CMD ["gunicorn", "supportdesk.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]

FROM caddy:2.10.2-alpine AS proxy
COPY docker/Caddyfile /etc/caddy/Caddyfile
RUN chown -R 10002:10002 /data /config
USER 10002:10002
EXPOSE 8080 8443
