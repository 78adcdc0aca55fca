using NadooIt.Data.Crm;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Crm;

public sealed class CustomersTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly PageRequest FirstPage = new();
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task Who_creates_a_customer_can_look_after_it_with_every_role()
    {
        var id = await CreateAsync("Müller & Söhne GmbH");

        var grants = await database.As<Access>(landscape.Administrator.Id).GrantsAsync(CancellationToken.None);
        grants.Why(Ability.CreateApiKeys, id).ShouldHaveSingleItem().Customer.ShouldBe(id);
    }

    [Fact]
    public async Task A_similar_name_is_refused_until_it_is_meant()
    {
        await CreateAsync("Bäckerei Schmidt GmbH");

        var refused = await Should.ThrowAsync<Refused>(() => CreateAsync("BÄCKEREI  SCHMIDT"));
        refused.Refusal.ShouldBe(CrmRefusals.LooksLikeDuplicate);
        (await CreateAsync("BÄCKEREI  SCHMIDT", evenIfSimilar: true)).ShouldNotBe(default);
    }

    [Fact]
    public async Task An_employee_sees_the_own_customer_and_no_other()
    {
        var (mine, other) = (await landscape.CustomerAsync(), await landscape.CustomerAsync());
        var employee = await landscape.EmployeeAsync(mine.Id);

        var seen = await database.As<ListCustomers>(employee.Id).RunAsync(new(null, false, FirstPage), CancellationToken.None);

        seen.Rows.Select(row => row.Id).ShouldBe([mine.Id]);
        seen.Rows.ShouldNotContain(row => row.Id == other.Id);
    }

    [Fact]
    public async Task A_stranger_is_refused_and_nobody_is_asked_to_sign_in()
    {
        var stranger = await landscape.PersonAsync();

        await Should.ThrowAsync<AccessDenied>(() => database.As<ListCustomers>(stranger.Id).RunAsync(new(null, false, FirstPage), CancellationToken.None));
        await Should.ThrowAsync<NotSignedIn>(() => database.As<ListCustomers>((PersonId?)null).RunAsync(new(null, false, FirstPage), CancellationToken.None));
    }

    private Task<CustomerId> CreateAsync(string name, bool evenIfSimilar = false) =>
        database.As<CreateCustomer>(landscape.Administrator.Id).RunAsync(new(name, true, evenIfSimilar, "Test"), CancellationToken.None);
}
