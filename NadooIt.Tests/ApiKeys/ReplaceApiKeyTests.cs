using NadooIt.Data.ApiKeys;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.ApiKeys;

/// <summary>A new key takes the place of another, and for a while both work.</summary>
public sealed class ReplaceApiKeyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(2);

    [Fact]
    public async Task For_the_overlap_both_work_then_the_new_one_alone()
    {
        var story = await BeginAsync();
        var before = await story.RecordAsync(story.Key, "before");

        var made = await story.ReplaceAsync(story.Key);

        await story.RecordAsync(story.Key, "old");
        await story.RecordAsync(made.Id, "new");
        (await database.As<AuthenticateApiKey>((PersonId?)null).RunAsync(made.Secret.Text, None))!.Id.ShouldBe(made.Id);
        database.Clock.Advance(Overlap);
        (await RefusedAsync(() => story.RecordAsync(story.Key, "late"))).ShouldBe(ApiKeyRefusals.Invalid);
        await story.RecordAsync(made.Id, "later");

        // A program that was changed over still finds what it recorded before, and nobody else's.
        var seen = await database.As<ListExecutionsByKey>(story.CallerOf(made.Id)).RunAsync(new(null, Period.Always, null, 50, null), None);
        seen.Rows.Select(row => row.Reference).ShouldBe(["before", "old", "new", "later"], ignoreOrder: true);
        (await database.As<ReadExecutionByKey>(story.CallerOf(made.Id)).RunAsync(before, None)).Reference.ShouldBe("before");
        var other = await story.NewKeyAsync();
        (await database.As<ListExecutionsByKey>(story.CallerOf(other)).RunAsync(new(null, Period.Always, null, 50, null), None)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_of_the_two_can_be_revoked_and_the_other_goes_on()
    {
        var story = await BeginAsync();
        var first = await story.ReplaceAsync(story.Key);
        await story.RevokeAsync(story.Key);
        (await RefusedAsync(() => story.RecordAsync(story.Key, "a"))).ShouldBe(ApiKeyRefusals.Invalid);
        await story.RecordAsync(first.Id, "b");

        var second = await story.ReplaceAsync(first.Id);
        await story.RevokeAsync(second.Id);
        (await RefusedAsync(() => story.RecordAsync(second.Id, "c"))).ShouldBe(ApiKeyRefusals.Invalid);
        await story.RecordAsync(first.Id, "d");

        var shown = await database.As<ReadApiKey>(story.Manager).RunAsync(first.Id, None);
        shown.Line.Select(key => key.Id).ShouldBe([story.Key, second.Id], ignoreOrder: true);
        (await database.As<ReadApiKey>(story.Manager).RunAsync(second.Id, None)).Line.Count.ShouldBe(2);
        (await database.As<ReadApiKey>(story.Manager).RunAsync(await story.NewKeyAsync(), None)).Line.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_is_replaced_once_however_many_ask()
    {
        var story = await BeginAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                return (await story.ReplaceAsync(story.Key)).Id != default;
            }
            catch (Refused refused) when (refused.Refusal == ApiKeyRefusals.NotReplaceable)
            {
                return false;
            }
        }));

        outcomes.Count(succeeded => succeeded).ShouldBe(1);
        await story.RevokeAsync((await database.As<ReadApiKey>(story.Manager).RunAsync(story.Key, None)).Line.ShouldHaveSingleItem().Id);
        (await RefusedAsync(() => story.ReplaceAsync(story.Key))).ShouldBe(ApiKeyRefusals.NotReplaceable);
    }

    [Fact]
    public async Task It_asks_for_a_fresh_touch_an_owner_who_works_there_and_a_key_that_counts()
    {
        var story = await BeginAsync();
        var late = await database.AsTouchedAsync<ReplaceApiKey>(story.Manager);
        database.Clock.Advance(Session.FreshTouch);
        (await RefusedAsync(() => late.RunAsync(new(story.Key, Overlap, null), None))).ShouldBe(KeyRefusals.FreshTouchNeeded);

        var leaver = await database.Landscape.PersonAsync();
        var contract = await database.Landscape.EmployAsync(story.Customer, leaver.Id);
        var left = await story.NewKeyAsync(leaver.Id);
        await database.Landscape.EndAsync(contract);
        (await RefusedAsync(() => story.ReplaceAsync(left))).ShouldBe(ApiKeyRefusals.OwnerNotEmployed);

        var revoked = await story.NewKeyAsync();
        await story.RevokeAsync(revoked);
        (await RefusedAsync(() => story.ReplaceAsync(revoked))).ShouldBe(ApiKeyRefusals.NotReplaceable);
    }

    [Fact]
    public void The_overlap_is_bounded_and_never_longer_than_the_key_would_have_lived()
    {
        var now = database.Clock.GetUtcNow();
        Should.Throw<Refused>(() => Replace(New(null), ApiKey.ShortestOverlap - TimeSpan.FromSeconds(1))).Refusal.ShouldBe(ApiKeyRefusals.OverlapInvalid);
        Should.Throw<Refused>(() => Replace(New(null), ApiKey.LongestOverlap + TimeSpan.FromSeconds(1))).Refusal.ShouldBe(ApiKeyRefusals.OverlapInvalid);

        var ends = New(now + TimeSpan.FromHours(3));
        Replace(ends, TimeSpan.FromDays(1));
        ends.ExpiresAt.ShouldBe(now + TimeSpan.FromHours(3));
        var endless = New(null);
        var next = Replace(endless, TimeSpan.FromDays(1));
        endless.ExpiresAt.ShouldBe(now + TimeSpan.FromDays(1));
        (next.Name, next.OwnerId, next.CustomerId, next.OriginId).ShouldBe((endless.Name, endless.OwnerId, endless.CustomerId, endless.Id));
        next.Abilities.ShouldBe(endless.Abilities);

        ApiKey Replace(ApiKey key, TimeSpan overlap) => key.Replace(ApiKeySecret.Create(), null, overlap, key.OwnerId, now);
        ApiKey New(DateTimeOffset? expiresAt) => ApiKey.Create(
            NewId.At<CustomerId>(now), NewId.At<PersonId>(now), new("Test", [Ability.RunPrograms], [], expiresAt), ApiKeySecret.Create(), NewId.At<PersonId>(now), now);
    }

    private static async Task<Refusal> RefusedAsync(Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal;

    private async Task<Story> BeginAsync()
    {
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var manager = (await database.Landscape.EmployeeAsync(customer, Ability.CreateApiKeys, Ability.RevokeApiKeys)).Id;
        var story = new Story(database, customer, manager, (await database.Landscape.CustomerProgramAsync(customer)).Id);
        return story with { Key = await story.NewKeyAsync() };
    }

    private sealed record Story(TestDatabase Database, CustomerId Customer, PersonId Manager, CustomerProgramId Program)
    {
        public ApiKeyId Key { get; init; }

        public Caller CallerOf(ApiKeyId key) => new(Manager, null, key, null);

        public async Task<ApiKeyId> NewKeyAsync(PersonId? owner = null)
        {
            var key = ApiKey.Create(Customer, owner ?? Manager, new("Test", [Ability.RunPrograms], [], null), ApiKeySecret.Create(), Manager, Database.Clock.GetUtcNow());
            await using var db = Database.Open();
            db.Add(key);
            await db.SaveChangesAsync();
            return key.Id;
        }

        public async Task<CreateApiKey.Output> ReplaceAsync(ApiKeyId key) =>
            await (await Database.AsTouchedAsync<ReplaceApiKey>(Manager)).RunAsync(new(key, Overlap, null), None);

        public async Task RevokeAsync(ApiKeyId key) => await (await Database.AsTouchedAsync<RevokeApiKey>(Manager)).RunAsync(key, None);

        public async Task<ExecutionId> RecordAsync(ApiKeyId key, string reference) =>
            (await Database.As<RecordExecutionByKey>(CallerOf(key)).RunAsync(new(Program, reference, 60, null, null), None)).Execution.Id;
    }
}
