import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import touchline.ApiClient;
import touchline.ApiException;
import touchline.api.AuthApi;
import touchline.api.CompaniesApi;
import touchline.model.CompanyField;
import touchline.model.CreateCompany;
import touchline.model.ErrorEnvelope;
import touchline.model.Login;
import touchline.model.TokenDelivery;
import touchline.model.UpdateCompany;

/** What a client does all day, with the generated Java client. Usage: java Drive URL */
public final class Drive {
    private static final String EMAIL = "admin@demo.example";
    private static final String PASSWORD = "touchline demo otters";

    private interface Request {
        void send() throws ApiException;
    }

    private static ApiException refused(Request request) {
        try {
            request.send();
        } catch (ApiException error) {
            if (error.getCode() == 0) {
                // Not refused, but not answered at all.
                throw new AssertionError(error);
            }
            return error;
        }
        throw new AssertionError("this was not refused");
    }

    private static void same(Object have, Object want) {
        if (!Objects.equals(have, want)) {
            throw new AssertionError("have " + have + ", want " + want);
        }
    }

    public static void main(String[] arguments) throws Exception {
        var client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        var login = new Login().email(EMAIL).password(PASSWORD).tokenDelivery(TokenDelivery.BODY);
        var token = new AuthApi(client)
            .login(AuthApi.APILoginRequest.newBuilder().login(login).build())
            .getData().getTokens().getAccessToken();
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
        var companies = new CompaniesApi(client);

        var create = CompaniesApi.APICreateCompanyRequest.newBuilder()
            .createCompany(new CreateCompany().name("Coffee Beans").phone("+381 11 2345"))
            .idempotencyKey(UUID.randomUUID().toString())
            .build();
        var made = companies.createCompany(create).getData();
        var again = companies.createCompanyWithHttpInfo(create);
        same(again.getData().getData().getId(), made.getId());
        same(again.getHeaders().get("idempotency-replayed"), List.of("true"));

        Set<UUID> ids = new HashSet<>();
        Long total;
        String cursor = null;
        do {
            var list = CompaniesApi.APIListCompaniesRequest.newBuilder()
                .limit(7).sort("name").count(true).cursor(cursor).build();
            var page = companies.listCompanies(list);
            page.getData().forEach(company -> ids.add(company.getId()));
            total = page.getPagination().getTotal();
            cursor = page.getPagination().getNextCursor();
        } while (cursor != null);
        same((long) ids.size(), total);
        same(ids.contains(made.getId()), true);

        var version = "\"" + made.getVersion() + "\"";
        var update = CompaniesApi.APIUpdateCompanyRequest.newBuilder().id(made.getId());
        var renamed = companies.updateCompany(
            update.ifMatch(version).updateCompany(new UpdateCompany().name("Coffee Grounds")).build()).getData();
        same(renamed.getName(), "Coffee Grounds");
        same(renamed.getPhone(), made.getPhone());
        var late = update.ifMatch(version).updateCompany(new UpdateCompany().name("Too late")).build();
        same(refused(() -> companies.updateCompany(late)).getCode(), 412);
        var cleared = companies.updateCompany(
            update.ifMatch(null).updateCompany(new UpdateCompany().addClearItem(CompanyField.PHONE)).build()).getData();
        same(cleared.getPhone(), null);

        var nowhere = CompaniesApi.APICreateCompanyRequest.newBuilder()
            .createCompany(new CreateCompany().name("Nowhere").website("no address")).build();
        var invalid = refused(() -> companies.createCompany(nowhere));
        same(invalid.getCode(), 422);
        var error = client.getObjectMapper().readValue(invalid.getResponseBody(), ErrorEnvelope.class);
        same(error.getError().getFields().keySet(), Set.of("website"));
    }
}
