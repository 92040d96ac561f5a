from django.urls import path

from contracts.views import reading

app_name = "contracts"
urlpatterns = [
    path("", reading.contract_list, name="list"),
    path("<slug:number>/", reading.contract_detail, name="detail"),
]
