using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ownership;
using NadooIt.Data.Receipts;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.Receipts;
using NadooIt.Domain.Webhooks;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.ApiKeys;

/// <summary>Test keys: the answers of the real thing, and nothing of it anywhere else.</summary>
public sealed class TestLedgerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Ability[] Everything = [Ability.RunPrograms, Ability.ViewExecutions, Ability.ViewTimeAccounts, Ability.ReverseExecutions];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_test_key_gets_the_answers_that_a_real_one_gets_afterwards(bool hasFixedPrice)
    {
        var place = await PlaceAsync(hasFixedPrice ? 0.01m : null, prepaid: 10_000);

        // Over the end of the prepaid time and, without a fixed price, over steps of the ladder.
        long[] runs = [60, 9_000, 20_000, 1, 40_000, 80_000];
        var tested = new List<ExecutionFacts>();
        foreach (var (saved, number) in runs.Select((saved, number) => (saved, number)))
        {
            tested.Add(await place.RecordAsync(place.Test, $"r{number}", saved));
        }

        foreach (var (saved, number) in runs.Select((saved, number) => (saved, number)))
        {
            var real = await place.RecordAsync(place.Live, $"r{number}", saved);
            (tested[number] with { Id = real.Id, RecordedAt = real.RecordedAt, OccurredAt = real.OccurredAt }).ShouldBe(real);
        }

        tested.Select(answer => answer.Id).Intersect((await place.ListAsync(place.Live)).Select(row => row.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_test_key_is_refused_what_a_real_one_is_refused()
    {
        var place = await PlaceAsync();
        var elsewhere = await PlaceAsync();
        await elsewhere.RecordAsync(elsewhere.Test, "there");
        await place.RecordAsync(place.Test, "twice", 60);
        var inactive = await database.Landscape.CustomerProgramAsync(place.Customer);
        await using (var db = database.Open())
        {
            (await db.CustomerPrograms.SingleAsync(program => program.Id == inactive.Id)).Deactivate(database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        (await RefusedAsync(() => place.RecordAsync(place.Test, "a", 86_401))).ShouldBe(ExecutionRefusals.TimeSavedInvalid);
        (await RefusedAsync(() => place.RecordAsync(place.Test, "twice", 61))).ShouldBe(ExecutionRefusals.ReferenceConflict);
        (await RefusedAsync(() => (elsewhere with { Program = place.Program }).RecordAsync(elsewhere.Test, "foreign"))).ShouldBe(OwnershipRefusals.NotFound);
        (await RefusedAsync(() => (place with { Program = inactive.Id }).RecordAsync(place.Test, "inactive"))).ShouldBe(OwnershipRefusals.Inactive);
        (await place.RecordAsync(place.Live, "twice", 61)).Saved.ShouldBe(new Seconds(61));

        await using (var db = database.Open())
        {
            (await db.ApiKeys.SingleAsync(key => key.Id == place.Test.ApiKey)).Revoke(place.Test.Person, database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        (await RefusedAsync(() => place.RecordAsync(place.Test, "revoked"))).ShouldBe(ApiKeyRefusals.Invalid);
    }

    [Fact]
    public async Task No_row_of_any_other_table_moves_whatever_a_test_key_does()
    {
        var place = await PlaceAsync(prepaid: 100);
        await place.RecordAsync(place.Live, "real", 1);
        await using (var db = database.Open())
        {
            db.Add(WebhookEndpoint.Create(place.Customer, "https://example.com/hook", WebhookEvents.All, [1], false, place.Test.Person, database.Clock.GetUtcNow()));
            await db.SaveChangesAsync();
        }

        var before = await LiveRowsAsync();

        var first = await place.RecordAsync(place.Test, "one", 150);
        await place.RecordAsync(place.Test, "one", 150);
        await database.As<RecordExecutionBatchByKey>(place.Test).RunAsync([new(place.Program, "two", 60, null, "Order"), new(place.Program, "two", 61, null, null)], None);
        (await database.As<ReverseExecutionByKey>(place.Test).RunAsync(first.Id, "Test", None)).Status.ShouldBe(ExecutionStatus.Reversed);
        await database.As<ReadExecutionByKey>(place.Test).RunAsync(first.Id, None);
        (await place.ListAsync(place.Test)).Count.ShouldBe(2);
        await database.As<ListCustomerProgramsByKey>(place.Test).RunAsync(10, null, None);
        (await database.As<ReadTimeAccountByKey>(place.Test).RunAsync(place.Account, None)).Balance.Value.ShouldBe(99);
        (await database.As<ReadStatementByKey>(place.Test).RunAsync(new(place.Account, Period.Always, 50, null), None)).Closing.Value.ShouldBe(99);

        (await LiveRowsAsync()).ShouldBe(before);
        await place.RecordAsync(place.Live, "another");
        (await LiveRowsAsync()).ShouldNotBe(before, "otherwise nothing is compared");
    }

    [Fact]
    public async Task What_one_kind_of_key_recorded_does_not_exist_for_the_other()
    {
        var place = await PlaceAsync();
        var test = await place.RecordAsync(place.Test, "same");
        var real = await place.RecordAsync(place.Live, "same");

        (await place.ListAsync(place.Test)).ShouldHaveSingleItem().Id.ShouldBe(test.Id);
        (await place.ListAsync(place.Live)).ShouldHaveSingleItem().Id.ShouldBe(real.Id);
        (await RefusedAsync(() => database.As<ReadExecutionByKey>(place.Live).RunAsync(test.Id, None))).ShouldBe(ExecutionRefusals.NotFound);
        (await RefusedAsync(() => database.As<ReadExecutionByKey>(place.Test).RunAsync(real.Id, None))).ShouldBe(ExecutionRefusals.NotFound);
        (await RefusedAsync(() => database.As<ReverseExecutionByKey>(place.Test).RunAsync(real.Id, "Test", None))).ShouldBe(ExecutionRefusals.NotFound);
    }

    [Fact]
    public async Task A_key_before_the_wrong_ledger_is_none()
    {
        var place = await PlaceAsync();
        (await RefusedAsync(() => place.RecordAsync(place.Test with { IsTest = false }, "live"))).ShouldBe(ApiKeyRefusals.Invalid);
        (await RefusedAsync(() => place.RecordAsync(place.Live with { IsTest = true }, "test"))).ShouldBe(ApiKeyRefusals.Invalid);
        await Should.ThrowAsync<NotSignedIn>(() => place.ListAsync(place.Test with { IsTest = false }));
        await Should.ThrowAsync<NotSignedIn>(() => place.ListAsync(place.Live with { IsTest = true }));
        (await place.ListAsync(place.Live)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receipt_of_a_test_execution_proves_nothing()
    {
        var place = await PlaceAsync();
        var (test, real) = (await place.RecordAsync(place.Test, "same"), await place.RecordAsync(place.Live, "same"));
        var published = await database.As<ReceiptKeyRing>((PersonId?)null).PublishAsync(None);

        Receipt.Verify(await database.As<ReadReceiptByKey>(place.Live).RunAsync(real.Id, None), published.Keys).Facts.ShouldNotBeNull();
        Receipt.Verify(await database.As<ReadReceiptByKey>(place.Test).RunAsync(test.Id, None), published.Keys).Problem!.ShouldContain("test");
    }

    [Fact]
    public async Task Thrown_away_the_test_ledger_begins_with_what_is_real_then()
    {
        var (place, other) = (await PlaceAsync(prepaid: 100), await PlaceAsync());
        await other.RecordAsync(other.Test, "kept");
        await place.RecordAsync(place.Test, "one", 100);
        (await place.RecordAsync(place.Test, "two", 60)).Prepaid.ShouldBe(Seconds.Zero);
        await place.RecordAsync(place.Live, "real", 30);

        (await database.As<DeleteTestExecutions>(place.Test.Person).RunAsync(place.Customer, None)).ShouldBe(2);

        (await place.ListAsync(place.Test)).ShouldBeEmpty();
        (await place.RecordAsync(place.Test, "one", 100)).Prepaid.ShouldBe(new Seconds(70));
        (await other.ListAsync(other.Test)).ShouldHaveSingleItem();
        (await place.ListAsync(place.Live)).ShouldHaveSingleItem();
        await using var db = database.Open();
        (await db.AuditEntries.SingleAsync(entry => entry.Subject == DeleteTestExecutions.AuditSubject && entry.CustomerId == place.Customer)).Before!.ShouldContain("2");

        var colleague = (await database.Landscape.EmployeeAsync(place.Customer)).Id;
        (await RefusedAsync(() => database.As<DeleteTestExecutions>(colleague).RunAsync(place.Customer, None))).ShouldBe(ApiKeyRefusals.TestDataNotOwned);
        (await database.As<ListTestExecutions>(colleague).RunAsync(new(null, new PageRequest()), None)).ShouldSatisfyAllConditions(
            result => result.Page.Rows.ShouldBeEmpty(), result => result.Places.ShouldBeEmpty());
        var manager = (await database.Landscape.EmployeeAsync(place.Customer, Ability.CreateApiKeys)).Id;
        (await database.As<ListTestExecutions>(manager).RunAsync(new(null, new PageRequest()), None)).Page.Rows.ShouldHaveSingleItem();
        (await database.As<DeleteTestExecutions>(manager).RunAsync(place.Customer, None)).ShouldBe(1);
    }

    [Fact]
    public async Task Many_test_requests_at_once_open_the_ledger_once()
    {
        var place = await PlaceAsync(prepaid: 1_000);

        var prepaid = await Task.WhenAll(Enumerable.Range(0, 16).Select(async number => (await place.RecordAsync(place.Test, $"r{number}", 60)).Prepaid.Value));

        prepaid.Sum().ShouldBe(16 * 60);
        (await database.As<ReadTimeAccountByKey>(place.Test).RunAsync(place.Account, None)).Balance.Value.ShouldBe(1_000 - (16 * 60));
    }

    [Fact]
    public async Task The_test_ledger_follows_the_shape_of_the_live_one()
    {
        await SqlAsync("ALTER TABLE status_record ADD COLUMN added_by_a_migration text");
        await database.PrepareAgainAsync();

        (await SqlAsync("SELECT count(*) FROM information_schema.columns WHERE table_schema = 'test_ledger' AND column_name = 'added_by_a_migration'")).ShouldBe("1");
        await SqlAsync("ALTER TABLE status_record DROP COLUMN added_by_a_migration");
        await database.PrepareAgainAsync();
        var place = await PlaceAsync();
        (await place.RecordAsync(place.Test, "afterwards")).Saved.Value.ShouldBe(60);

        await database.PrepareAgainAsync();
        (await place.ListAsync(place.Test)).ShouldHaveSingleItem();
    }

    /// <summary>Puts a test execution of a person there, past all doors.</summary>
    internal static async Task<ExecutionId> PutAsync(TestDatabase database, CustomerId customer, PersonId person)
    {
        var (program, now) = (await database.Landscape.CustomerProgramAsync(customer), database.Clock.GetUtcNow());
        var running = new RunningProgram(
            customer, program.Terms, true, Seconds.Zero, LedgerAccount.Open(new(program.Id.Value), customer, LedgerAccountKind.Receivable), []);
        var execution = running.Record(new(NewId.At<ExecutionId>(now), program.Id, "put", 60, null, null, person, null, now)).Execution;
        await using var test = database.As<NadooItDatabase>((PersonId?)null).CreateForTest(Fence.System("test"));
        test.Add(execution);
        await test.SaveChangesAsync();
        return execution.Id;
    }

    private static async Task<Refusal> RefusedAsync(Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal;

    /// <summary>A digest of every table but those of the test ledger.</summary>
    private async Task<Dictionary<string, string>> LiveRowsAsync()
    {
        var tables = (await SqlAsync("SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")).Split(' ');
        tables.Length.ShouldBeGreaterThan(30);
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        // What the check of balances notes now and then has nothing to do with keys.
        foreach (var table in tables.Where(table => table != "balance_check"))
        {
            digests[table] = await SqlAsync($"SELECT count(*) || ' ' || coalesce(md5(string_agg(entry::text, '|' ORDER BY entry::text)), '') FROM public.\"{table}\" AS entry");
        }

        return digests;
    }

    private async Task<string> SqlAsync(string sql)
    {
        await using var open = new NpgsqlConnection(database.ConnectionString);
        await open.OpenAsync(None);
        await using var command = new NpgsqlCommand(sql, open);
        return Convert.ToString(await command.ExecuteScalarAsync(None), System.Globalization.CultureInfo.InvariantCulture) ?? "";
    }

    private async Task<Place> PlaceAsync(decimal? fixedPrice = 0.01m, long prepaid = 0)
    {
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var account = await database.Landscape.TimeAccountAsync(customer, prepaid);
        var program = await database.Landscape.CustomerProgramAsync(customer, fixedPrice, 60, account.Id);
        var owner = (await database.Landscape.EmployeeAsync(customer, Everything)).Id;
        return new(database, customer, program.Id, account.Id, await KeyAsync(isTest: true), await KeyAsync(isTest: false));

        async Task<Caller> KeyAsync(bool isTest)
        {
            var key = ApiKey.Create(customer, owner, new("Test", Everything, [], null), ApiKeySecret.Create(isTest), owner, database.Clock.GetUtcNow());
            await using var db = database.Open();
            db.Add(key);
            await db.SaveChangesAsync();
            return new(owner, null, key.Id, null, isTest);
        }
    }

    private sealed record Place(TestDatabase Database, CustomerId Customer, CustomerProgramId Program, TimeAccountId Account, Caller Test, Caller Live)
    {
        public async Task<ExecutionFacts> RecordAsync(Caller caller, string reference, long? saved = null) =>
            (await Database.As<RecordExecutionByKey>(caller).RunAsync(new(Program, reference, saved, null, null), None)).Execution;

        public async Task<IReadOnlyList<ExecutionFacts>> ListAsync(Caller caller) =>
            (await Database.As<ListExecutionsByKey>(caller).RunAsync(new(null, Period.Always, null, 50, null), None)).Rows;
    }
}
