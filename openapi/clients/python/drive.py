"""What a client does all day, with the generated Python client. Usage: drive.py URL"""

import json
import sys
import uuid

import touchline
from touchline import ApiException, CompanyField, CreateCompany, Login, TokenDelivery, UpdateCompany

EMAIL, PASSWORD = "admin@demo.example", "touchline demo otters"


def refused(request):
    """The status and the error of a request that is refused."""
    try:
        request()
    except ApiException as error:
        return error.status, json.loads(error.body)["error"]
    raise AssertionError("this was not refused")


def main(url):
    configuration = touchline.Configuration(host=url)
    with touchline.ApiClient(configuration) as client:
        login = Login(email=EMAIL, password=PASSWORD, token_delivery=TokenDelivery.BODY)
        configuration.access_token = touchline.AuthApi(client).login(login).data.tokens.access_token
        companies = touchline.CompaniesApi(client)

        create, key = CreateCompany(name="Snakes and Ladders", phone="+381 11 2345"), str(uuid.uuid4())
        made = companies.create_company(create, idempotency_key=key).data
        again = companies.create_company_with_http_info(create, idempotency_key=key)
        assert again.data.data.id == made.id
        assert again.headers["idempotency-replayed"] == "true"

        ids, cursor = set(), None
        while True:
            page = companies.list_companies(limit=7, sort="name", count=True, cursor=cursor)
            ids.update(company.id for company in page.data)
            cursor = page.pagination.next_cursor
            if cursor is None:
                break
        assert len(ids) == page.pagination.total
        assert made.id in ids

        match = f'"{made.version}"'
        renamed = companies.update_company(made.id, UpdateCompany(name="Snakes"), if_match=match).data
        assert (renamed.name, renamed.phone) == ("Snakes", made.phone)
        cleared = companies.update_company(made.id, UpdateCompany(clear=[CompanyField.PHONE])).data
        assert cleared.phone is None

        status, error = refused(lambda: companies.update_company(made.id, UpdateCompany(name="Late"), if_match=match))
        assert (status, error["code"]) == (412, "versionMismatch"), error
        status, error = refused(lambda: companies.create_company(CreateCompany(name="Nowhere", website="no address")))
        assert (status, list(error["fields"])) == (422, ["website"]), error


if __name__ == "__main__":
    main(sys.argv[1])
