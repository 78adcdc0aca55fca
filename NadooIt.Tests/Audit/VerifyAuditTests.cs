using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Audit;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Audit;

/// <summary>The owner of the schema takes the triggers away and alters the trail; the chain names the first entry that he touched.</summary>
public sealed class VerifyAuditTests(PostgresServer server)
{
    private const string Disarm = "ALTER TABLE audit_entry DISABLE TRIGGER only_grows; ALTER TABLE audit_link DISABLE TRIGGER only_grows; ALTER TABLE audit_entry DISABLE TRIGGER chained;";

    [Theory]
    [InlineData("UPDATE audit_entry SET after = '{\"Name\":\"Other\"}' WHERE id = '{3}'", 3, 3, "altered")]
    [InlineData("UPDATE audit_entry SET person_id = gen_random_uuid() WHERE id = '{3}'", 3, 3, "altered")]
    [InlineData("UPDATE audit_entry SET at = at - interval '1 microsecond' WHERE id = '{2}'", 2, 2, "altered")]
    [InlineData("UPDATE audit_entry SET contract_id = gen_random_uuid() WHERE id IN ('{2}', '{4}')", 2, 2, "altered")]
    [InlineData("UPDATE audit_link SET hash = sha256('') WHERE entry_id = '{2}'", 2, 2, "altered")]
    [InlineData("DELETE FROM audit_link WHERE entry_id = '{3}'; DELETE FROM audit_entry WHERE id = '{3}'", 4, 4, "before it was removed")]
    [InlineData("DELETE FROM audit_link WHERE entry_id = '{5}'; DELETE FROM audit_entry WHERE id = '{5}'", null, 5, "end of the chain")]
    [InlineData("UPDATE audit_entry SET subject_id = 'x' WHERE id = '{5}'; UPDATE audit_head SET hash = sha256('') WHERE length = 5", 5, 5, "altered")]
    [InlineData("DELETE FROM audit_link WHERE entry_id = '{5}'", 5, 0, "in no chain")]
    public async Task The_first_altered_entry_is_named(string sql, int? entry, long position, string problem)
    {
        var (database, customer) = await HistoryAsync();
        await using var closing = database;
        var ids = await EntriesAsync(database, customer);
        ids.Count.ShouldBe(5);
        var before = await VerifyAsync(database);
        before.Finding.ShouldBeNull(before.Finding?.ToString());
        before.Entries.ShouldBeGreaterThan(5);

        for (var number = 1; number <= ids.Count; number++)
        {
            sql = sql.Replace($"{{{number}}}", ids[number - 1].ToString(), StringComparison.Ordinal);
        }

        await RunAsync(database, Disarm + sql);

        var finding = (await VerifyAsync(database)).Finding.ShouldNotBeNull();
        finding.Customer.ShouldBe(customer);
        finding.Entry.ShouldBe(entry is { } index ? ids[index - 1] : null);
        finding.Position.ShouldBe(position);
        finding.Problem.ShouldContain(problem);
    }

    /// <summary>Writers at the same customer wait for each other only while they commit, and nobody is left out.</summary>
    [Fact]
    public async Task Entries_of_many_writers_at_once_stand_in_one_chain()
    {
        var (database, customer) = await HistoryAsync();
        await using var closing = database;

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
        {
            var other = await database.Landscape.CustomerAsync($"Customer {number}");
            await using var db = database.Open();
            db.Add(new Domain.Audit.AuditEntry(
                NewId.At<AuditEntryId>(database.Clock.GetUtcNow()), database.Clock.GetUtcNow(), null, null, null, "test", null, customer, "Customer", other.Id.ToString(), "read", null, null, null));
            await db.SaveChangesAsync();
        }));

        (await EntriesAsync(database, customer)).Count.ShouldBe(21);
        var report = await VerifyAsync(database);
        report.Finding.ShouldBeNull(report.Finding?.ToString());
    }

    /// <summary>Whoever writes a whole chain anew leaves no mark in it, but the fingerprint is another one.</summary>
    [Fact]
    public async Task The_fingerprint_changes_with_every_entry_and_only_then()
    {
        var (database, _) = await HistoryAsync();
        await using var closing = database;
        var before = (await VerifyAsync(database)).Fingerprint;
        (await VerifyAsync(database)).Fingerprint.ShouldBe(before);
        await database.Landscape.CustomerAsync("One more");
        (await VerifyAsync(database)).Fingerprint.ShouldNotBe(before);
    }

    private async Task<(TestDatabase Database, CustomerId Customer)> HistoryAsync()
    {
        var database = new TestDatabase(server);
        await database.InitializeAsync();
        var customer = await database.Landscape.CustomerAsync();
        await database.Landscape.CustomerAsync();
        for (var number = 0; number < 4; number++)
        {
            await using var db = database.Open();
            (await db.Customers.SingleAsync(row => row.Id == customer.Id)).Rename($"Name {number}");
            await db.SaveChangesAsync();
        }

        return (database, customer.Id);
    }

    private static async Task<AuditVerifier.Report> VerifyAsync(TestDatabase database)
    {
        await using var node = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        return await new AuditVerifier(node).VerifyAsync(CancellationToken.None);
    }

    private static async Task<List<AuditEntryId>> EntriesAsync(TestDatabase database, CustomerId customer)
    {
        await using var db = database.Open();
        return await db.AuditEntries.Where(entry => entry.CustomerId == customer).OrderBy(entry => entry.Number).Select(entry => entry.Id).ToListAsync();
    }

    private static async Task RunAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
