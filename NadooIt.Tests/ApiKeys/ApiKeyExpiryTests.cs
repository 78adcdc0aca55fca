using NadooIt.Data.ApiKeys;
using NadooIt.Data.Notices;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.ApiKeys;

/// <summary>Who is told that an API key ends, and how often: once for each level.</summary>
public sealed class ApiKeyExpiryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly Landscape landscape = database.Landscape;

    [Theory]
    [InlineData(30.01, null)]
    [InlineData(30, 30)]
    [InlineData(14.01, 30)]
    [InlineData(14, 14)]
    [InlineData(7, 7)]
    [InlineData(1.01, 7)]
    [InlineData(0.5, 1)]
    public void The_level_is_the_least_that_the_rest_does_not_exceed(double days, int? level) =>
        ApiKey.WarningLevel(TimeSpan.FromDays(days)).ShouldBe(level);

    [Fact]
    public async Task Owner_and_makers_of_keys_are_told_once_for_each_level()
    {
        var (customer, owner, maker) = await PeopleAsync();
        var viewer = (await landscape.EmployeeAsync(customer, Ability.ViewApiKeys)).Id;
        var elsewhere = (await landscape.EmployeeAsync((await landscape.CustomerAsync()).Id, Ability.CreateApiKeys)).Id;
        var key = await KeyAsync(customer, owner, TimeSpan.FromDays(40));
        await CheckAsync();
        (await ToldAsync(owner, key)).ShouldBe(0);

        foreach (var (days, told) in new[] { (11, 1), (1, 1), (14, 2), (8, 3), (5, 4), (0, 4) })
        {
            database.Clock.Advance(TimeSpan.FromDays(days));
            await CheckAsync();
            await CheckAsync();
            (await ToldAsync(owner, key), await ToldAsync(maker, key)).ShouldBe((told, told), $"after {days} more days");
        }

        (await ToldAsync(viewer, key), await ToldAsync(elsewhere, key)).ShouldBe((0, 0));
        database.Clock.Advance(TimeSpan.FromDays(2));
        await CheckAsync();
        (await ToldAsync(owner, key)).ShouldBe(4);
    }

    [Fact]
    public async Task Several_nodes_tell_it_once()
    {
        var (customer, owner, maker) = await PeopleAsync();
        var key = await KeyAsync(customer, owner, TimeSpan.FromDays(40));
        database.Clock.Advance(TimeSpan.FromDays(30));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CheckAsync()));

        (await ToldAsync(owner, key), await ToldAsync(maker, key)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Whoever_chose_a_near_end_is_not_told_what_he_chose()
    {
        var (customer, owner, _) = await PeopleAsync();
        var month = await KeyAsync(customer, owner, TimeSpan.FromDays(30));
        await CheckAsync();
        (await ToldAsync(owner, month)).ShouldBe(0);

        database.Clock.Advance(TimeSpan.FromDays(16));
        await CheckAsync();
        (await ToldAsync(owner, month)).ShouldBe(1);
    }

    [Fact]
    public async Task A_revoked_key_and_an_owner_who_left_are_left_alone()
    {
        var (customer, owner, maker) = await PeopleAsync();
        var revoked = await KeyAsync(customer, owner, TimeSpan.FromDays(40), key => key.Revoke(owner, database.Clock.GetUtcNow()));
        var leaver = await landscape.PersonAsync();
        var contract = await landscape.EmployAsync(customer, leaver.Id);
        var left = await KeyAsync(customer, leaver.Id, TimeSpan.FromDays(40));
        await landscape.EndAsync(contract);

        database.Clock.Advance(TimeSpan.FromDays(35));
        await CheckAsync();

        (await ToldAsync(owner, revoked), await ToldAsync(maker, revoked), await ToldAsync(leaver.Id, left), await ToldAsync(maker, left)).ShouldBe((0, 0, 0, 1));
    }

    private Task CheckAsync() => database.As<ApiKeyExpiryWatch>((PersonId?)null).CheckAsync(CancellationToken.None);

    private async Task<(CustomerId Customer, PersonId Owner, PersonId Maker)> PeopleAsync()
    {
        var customer = (await landscape.CustomerAsync()).Id;
        return (customer, (await landscape.EmployeeAsync(customer)).Id, (await landscape.EmployeeAsync(customer, Ability.CreateApiKeys)).Id);
    }

    private async Task<ApiKeyId> KeyAsync(CustomerId customer, PersonId owner, TimeSpan life, Action<ApiKey>? change = null)
    {
        var now = database.Clock.GetUtcNow();
        var key = ApiKey.Create(customer, owner, new("Test", [Ability.RunPrograms], [], now + life), ApiKeySecret.Create(), owner, now);
        change?.Invoke(key);
        await using var db = database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return key.Id;
    }

    private async Task<int> ToldAsync(PersonId person, ApiKeyId key)
    {
        var notices = await database.As<ListNotices>(person).RunAsync(new(true, new()), CancellationToken.None);
        return notices.Rows.Count(notice => notice.Kind == NoticeKind.ApiKeyExpires && notice.Subject == key.Value);
    }
}
