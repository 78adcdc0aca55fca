using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.ApiKeys;

/// <summary>Keys of the old system: taken over by their hash, for a person, wherever she works.</summary>
public sealed class OldApiKeysTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public void The_key_and_the_hash_that_the_old_system_stored_are_the_same_key()
    {
        const string text = "9b2f2cf6-8f3d-4d5c-a1f6-0f6b7f0f9a11";
        OldApiKey.TryParse($" {text} ", out var byText).ShouldBeTrue();
        OldApiKey.TryParse(Convert.ToHexString(OldApiKey.HashOf(text)), out var byHash).ShouldBeTrue();

        byHash.Hash.ShouldBe(byText.Hash);
        byText.ShownAs.ShouldBe(OldApiKey.Prefix + Convert.ToHexStringLower(byText.Hash)[..8]);
        byText.ToString().ShouldNotContain(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("guessed")]
    public void A_text_that_could_be_guessed_is_no_key(string? text) => OldApiKey.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public async Task Imported_again_it_adds_what_is_missing_and_wakes_nothing()
    {
        var (first, second) = (await landscape.CustomerAsync(), await landscape.CustomerAsync());
        var owner = await landscape.EmployeeAsync(first.Id);
        var key = NewId.At<ApiKeyId>(database.Clock.GetUtcNow()).ToString();

        (await ImportAsync(owner.UserCode, key)).Customers.ShouldBe([first.Name]);
        await using (var db = database.Open())
        {
            (await db.ApiKeys.SingleAsync(found => found.OwnerId == owner.Id)).Revoke(owner.Id, database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        await landscape.EmployAsync(second.Id, owner.Id);
        (await ImportAsync(owner.UserCode, key)).Customers.ShouldBe([second.Name]);
    }

    [Fact]
    public async Task What_cannot_work_is_refused()
    {
        var customer = await landscape.CustomerAsync();
        var (owner, other) = (await landscape.EmployeeAsync(customer.Id), await landscape.EmployeeAsync(customer.Id));
        var key = NewId.At<ApiKeyId>(database.Clock.GetUtcNow()).ToString();
        await ImportAsync(owner.UserCode, key);

        (await RefusedAsync(() => ImportAsync(other.UserCode, key))).ShouldBe(ApiKeyRefusals.OldKeyTaken);
        (await RefusedAsync(() => ImportAsync(other.UserCode, "short"))).ShouldBe(ApiKeyRefusals.OldKeyInvalid);
        (await RefusedAsync(() => ImportAsync(UserCode.Create(), NewId.At<ApiKeyId>(database.Clock.GetUtcNow()).ToString()))).ShouldBe(PeopleRefusals.Unknown);
        var jobless = await landscape.PersonAsync();
        await landscape.EndAsync(await landscape.EmployAsync(customer.Id, jobless.Id));
        (await RefusedAsync(() => ImportAsync(jobless.UserCode, NewId.At<ApiKeyId>(database.Clock.GetUtcNow()).ToString()))).ShouldBe(ApiKeyRefusals.OwnerNotEmployed);
        var late = await database.AsTouchedAsync<ImportOldApiKey>(landscape.Administrator.Id);
        database.Clock.Advance(Session.FreshTouch);
        (await RefusedAsync(() => late.RunAsync(new(owner.UserCode.Display, key, "Old"), CancellationToken.None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
    }

    private async Task<ImportOldApiKey.Output> ImportAsync(UserCode owner, string key) =>
        await (await database.AsTouchedAsync<ImportOldApiKey>(landscape.Administrator.Id)).RunAsync(new(owner.Display, key, "Old"), CancellationToken.None);

    private static async Task<Refusal> RefusedAsync(Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal;
}
