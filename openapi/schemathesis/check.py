"""Runs Schemathesis against a server with the demo organization, as an administrator and as an agent.

Usage: check.py URL FOLDER. Files of the run go into FOLDER. Ends with 1 where a check found something, or where too few
operations were reached by the two together.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
PASSWORD = "touchline demo otters"
PEOPLE = {"admin": "admin@demo.example", "agent": "agent@demo.example", "rival": "admin@rival.example"}
# What ends the session, and what changes the password that all others sign in with, comes last. Wrong passwords slow down
# those that follow, so that the phase that sends nothing else is left out there.
# What others have added meanwhile joins groups when duplicates are searched, and makes them others.
LAST = {
    "duplicates/search": "coverage,fuzzing",
    "auth/logout": "coverage,fuzzing",
    "auth/reauthenticate": "fuzzing",
    "auth/password/change": "fuzzing",
}
# Links in mails carry a token that nobody can guess.
ENOUGH = 0.95
# What is made is the same each time; where it reaches too little, more is made.
SEEDS = (1, 2, 3)
# What can be merged, with its list.
LISTS = {"Company": "companies", "Contact": "contacts", "Lead": "leads"}
CSV = "Company,Sector\r\nAcme,Retail\r\nBreeze,Energy\r\n"


class Api:
    """The API as one person."""

    def __init__(self, url):
        self.url, self.token = url, None

    def send(self, method, path, body=None, content_type="application/json"):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, method=method)
        if data is not None:
            request.add_header("Content-Type", content_type)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["data"]

    def sign_in(self, email):
        answer = self.send("POST", "/auth/login", {"email": email, "password": PASSWORD, "tokenDelivery": "body"})
        self.token = answer["tokens"]["accessToken"]
        return answer["tokens"]["refreshToken"]

    def upload(self):
        boundary = "table"
        parts = [("kind", "", "companies"), ("file", '; filename="companies.csv"', CSV)]
        body = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'
            for name, more, value in parts
        )
        body = f"{body}--{boundary}--\r\n".encode()
        return self.send("POST", "/imports", body, f"multipart/form-data; boundary={boundary}")["id"]

    def checked(self):
        """An import that waits to be started."""
        id = self.upload()
        self.send("POST", f"/imports/{id}/check", {})
        until(lambda: self.send("GET", f"/imports/{id}")["state"] == "ready", "an import that is checked")
        return id

    def exported(self):
        """An export whose archive can be fetched."""
        id = self.send("POST", "/exports", {"kinds": ["companies"]})["id"]
        until(lambda: self.send("GET", f"/exports/{id}")["state"] == "done", "an export that is done")
        return id

    def archive(self, id):
        """An archive that comes in, of an export."""
        request = urllib.request.Request(f"{self.url}/api/v1/exports/{id}/file")
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            file = answer.read()
        head = b'--zip\r\nContent-Disposition: form-data; name="file"; filename="all.zip"\r\n\r\n'
        body = head + file + b"\r\n--zip--\r\n"
        id = self.send("POST", "/imports/archive", body, "multipart/form-data; boundary=zip")["id"]
        until(lambda: self.send("GET", f"/import-archives/{id}")["state"] == "done", "an archive that is imported")
        return id

    def mails(self):
        return [job["id"] for job in self.send("GET", "/jobs") if job["kind"] == "mail.send"]


def until(ready, what):
    deadline = time.monotonic() + 30
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within 30 s")
        time.sleep(0.1)


def prepare(url):
    """Makes what operations need to find, and answers the values for each, and what records can be merged with."""
    api = Api(url)
    organization = {"organizationName": "Rival", "firstName": "Ada", "lastName": "Byron"}
    api.send("POST", "/auth/register", {"email": PEOPLE["rival"], "password": PASSWORD, **organization})
    api.sign_in(PEOPLE["admin"])

    def trashed(resource, record):
        id = api.send("POST", f"/{resource}", record)["id"]
        api.send("DELETE", f"/{resource}/{id}")
        return id

    # No mail leaves: the jobs wait to be tried again.
    for name in ("admin", "manager", "leader", "rep"):
        api.send("POST", "/auth/password/forgot", {"email": f"{name}@demo.example"})
    until(lambda: len(api.mails()) == 4, "mails")
    mails = api.mails()
    colleagues = [member["id"] for member in api.send("GET", "/members?role=salesRep")]
    stage = {"name": "Open", "probability": 50}
    api.send("PATCH", "/organization", {"invitationDomains": ["demo.example"]})
    link = api.send("POST", "/invitations", {"role": "agent"})["link"].split("#token=")[1]

    companies = [company["id"] for company in api.send("GET", "/companies?limit=5")]

    def one(resource, record):
        return api.send("POST", f"/{resource}", record)["id"]

    twins = {"companies": {"name": "Twin"}, "contacts": {"lastName": "Twin"}, "leads": {"lastName": "Twin"}}
    pairs = {resource: [one(resource, record) for _ in range(4)] for resource, record in twins.items()}
    # Those that are looked at stay as they are.
    seen = {resource: [one(resource, record) for _ in range(2)] for resource, record in twins.items()}

    def merged():
        ids = [one("companies", {"name": "Merged"}) for _ in range(2)]
        return api.send("POST", f"/companies/{ids[0]}/merge", {"with": [{"id": ids[1]}]})["id"]

    merges = [merged() for _ in range(3)]

    def views(kind):
        names = [f"{kind} {n}" for n in range(3)]
        return [api.send("POST", "/saved-views", {"list": "deals", "name": name, "shared": True})["id"] for name in names]

    def tags(what):
        return [one("tags", {"name": f"{what} {n}"}) for n in range(3)]

    api.archive(api.exported())
    until(lambda: api.send("GET", "/notifications"), "a notification")
    told = [one["id"] for one in api.send("GET", "/notifications")]
    ids = {
        "getTag": tags("Seen"),
        "updateTag": tags("Changed"),
        "closeCoaching": [one("coaching-access", {"reason": f"Asked by the works council {n}"}) for n in range(3)],
        "deleteTag": tags("Deleted"),
        "mergeTag": tags("Merged"),
        "restoreCompany": [trashed("companies", {"name": f"Gone {n}"}) for n in range(3)],
        "restoreContact": [trashed("contacts", {"lastName": f"Gone {n}"}) for n in range(3)],
        "restoreLead": [trashed("leads", {"lastName": f"Gone {n}"}) for n in range(3)],
        "convertLead": [api.send("POST", "/leads", {"lastName": f"Open {n}"})["id"] for n in range(3)],
        "restoreActivity": [trashed("activities", {"kind": "task", "subject": f"Gone {n}"}) for n in range(3)],
        "restoreNote": [
            trashed("notes", {"body": f"Gone {n}", "companyId": companies[0]}) for n in range(3)
        ],
        "createNote": companies,
        "restoreDeal": [trashed("deals", {"title": f"Gone {n}"}) for n in range(3)],
        "restoreProduct": [trashed("products", {"name": f"Gone {n}"}) for n in range(3)],
        "deletePipeline": [
            api.send("POST", "/pipelines", {"name": f"Spare {n}", "stages": [stage]})["id"] for n in range(3)
        ],
        "updateMember": colleagues,
        "updateCompany": companies,
        "deleteTeam": [api.send("POST", "/teams", {"name": f"Spare {n}"})["id"] for n in range(3)],
        "getSavedView": views("Read"),
        "updateSavedView": views("Changed"),
        "deleteSavedView": views("Deleted"),
        "setDefaultSavedView": views("First"),
        "clearDefaultSavedView": views("Not first"),
        "updateImport": [api.upload() for _ in range(2)],
        "cancelImport": [api.upload() for _ in range(2)],
        "checkImport": [api.upload() for _ in range(2)],
        "startImport": [api.checked() for _ in range(2)],
        "readNotification": told[:2],
        "unreadNotification": told[:2],
        "getImportArchive": [api.archive(api.exported())],
        "cancelImportArchive": [api.archive(api.exported())],
        "getExport": [api.exported()],
        "downloadExport": [api.exported()],
        "deleteExport": [api.exported() for _ in range(2)],
        "findInvitation": [link],
        "requestInvitation": [link],
        "refreshTokens": [Api(url).sign_in(PEOPLE["admin"]) for _ in range(3)],
        "mergeCompanies": pairs["companies"][:2],
        "mergeContacts": pairs["contacts"][:2],
        "mergeLeads": pairs["leads"][:2],
        "previewCompanyMerge": seen["companies"][:1],
        "previewContactMerge": seen["contacts"][:1],
        "previewLeadMerge": seen["leads"][:1],
        "getMerge": merges,
        "undoMerge": merges,
        "getJob": mails,
        "cancelJob": mails[:2],
        "retryJob": mails[2:],
    }
    twins = {
        "Company": pairs["companies"][2:],
        "Contact": pairs["contacts"][2:],
        "Lead": pairs["leads"][2:],
    }
    api.send("POST", "/duplicates/search", {})
    until(lambda: not api.send("GET", "/duplicates/search")["running"], "search for duplicates")
    ids["dismissDuplicates"] = [group["id"] for group in api.send("GET", "/duplicates")]
    others = {f"otherOf{kind}": seen[resource][1:] for kind, resource in LISTS.items()}
    others["tagThatStays"] = tags("Stays")[:1]
    return ids, twins, others


def sign_in_of(name, email):
    body = {"email": email, "password": PASSWORD, "tokenDelivery": "body"}
    return {
        "name": name,
        "loginEndpointAuth": {
            "endpoint": "/api/v1/auth/login",
            "verb": "POST",
            "contentType": "application/json",
            "payloadRaw": json.dumps(body),
            "token": {
                "extractFrom": "body",
                "extractSelector": "/data/tokens/accessToken",
                "sendIn": "header",
                "sendName": "Authorization",
                "sendTemplate": "Bearer {token}",
            },
        },
    }


def configuration(folder, who, ids, others):
    """The configuration of a run; JSON strings and lists are TOML as well."""
    lines = [
        "continue-on-failure = true",
        f"hooks = {json.dumps(str(HERE / 'hooks.py'))}",
        "[auth.wfc]",
        f"path = {json.dumps(str(folder / 'auth.json'))}",
        f'user = "{who}"',
        f'peers = ["{who}", "rival"]',
        "refresh_interval = 60",
        "[checks]",
        # A record that does not exist, a rule between fields, or a version that has passed.
        'positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "413", "422", "428", "429"]',
        'negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428", "429"]',
        # What is in the trash can still be seen.
        "use_after_free.enabled = false",
        "[phases.fuzzing]",
        "generation.max-examples = 10",
        "[dictionaries.password]",
        f"values = {json.dumps([PASSWORD])}",
        "[dictionaries.email]",
        f"values = {json.dumps([PEOPLE[who]])}",
    ]
    for operation, values in {**ids, **others}.items():
        lines += [f"[dictionaries.{operation}]", f"values = {json.dumps(values)}"]
    given = {operation: {"path.id": operation} for operation in ids}
    given["refreshTokens"] = {"body.refreshToken": "refreshTokens"}
    given["findInvitation"] = {"body.token": "findInvitation"}
    given["requestInvitation"] = {"body.token": "requestInvitation", "body.email": "email"}
    given["mergeTag"]["body.into"] = "tagThatStays"
    given["createNote"] = {"body.companyId": "createNote"}
    for kind in LISTS:
        given[f"preview{kind}Merge"]["query.with"] = f"otherOf{kind}"
    given["login"] = {"body.email": "email", "body.password": "password"}
    given["reauthenticate"] = {"body.password": "password"}
    given["changePassword"] = {"body.currentPassword": "password"}
    for operation, parameters in given.items():
        lines += ["[[operations]]", f'include-operation-id = "{operation}"']
        for place, dictionary in parameters.items():
            lines.append(f'parameters."{place}" = {{ dictionary = "{dictionary}", probability = 0.9 }}')
    # What is wrong with one of many operations stands in its own result.
    lines += ["[[operations]]", 'include-path-regex = "/bulk$"', "checks.negative_data_rejection.enabled = false"]
    path = folder / f"{who}.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def main(url, folder):
    folder = pathlib.Path(folder)
    (folder / "auth.json").write_text(
        json.dumps({"auth": [sign_in_of(name, email) for name, email in PEOPLE.items()]}), encoding="utf-8"
    )
    reached = folder / "reached"
    reached.touch()
    ids, twins, others = prepare(url)
    with urllib.request.urlopen(f"{url}/api/openapi.json", timeout=10) as answer:
        paths = json.load(answer)["paths"]
    operations = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    configurations = {who: configuration(folder, who, ids, others) for who in ("admin", "agent")}

    def run(who, seed, selection):
        command = [str(pathlib.Path(sys.executable).with_name("schemathesis")), "--config-file", str(configurations[who])]
        command += ["run", f"{url}/api/openapi.json", "--no-color", "--workers", "2"]
        command += ["--warnings", "off", "--seed", str(seed), *selection]
        print(f"As {who}: {' '.join(selection)}", flush=True)
        labels = {f"POST /api/v1/{LISTS[kind]}/{{id}}/merge": values for kind, values in twins.items()}
        environment = {**os.environ, "TOUCHLINE_REACHED": str(reached), "TOUCHLINE_TWINS": json.dumps(labels)}
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode == 0

    def missed():
        return operations - set(reached.read_text(encoding="utf-8").splitlines())

    def run_last(who):
        return all([run(who, SEEDS[0], ["--include-path-regex", path, "--phases", it]) for path, it in LAST.items()])

    allowed = (1 - ENOUGH) * len(operations)
    most = ["--exclude-path-regex", "|".join(LAST)]
    # The agent comes first: an administrator may deactivate whomever it finds.
    good = run("agent", SEEDS[0], most)
    good &= run_last("agent")
    for seed in SEEDS:
        good &= run("admin", seed, most)
        if len([operation for operation in missed() if not any(path in operation for path in LAST)]) <= allowed:
            break
    good &= run_last("admin")
    share = 1 - len(missed()) / len(operations)
    print(f"Reached with 2xx: {share:.1%} of {len(operations)} operations; not {', '.join(sorted(missed())) or 'a single one'}")
    return 0 if good and len(missed()) <= allowed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
