using NadooIt.Data.Ledger;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Ledger;

/// <summary>Whoever changes the ledger past its rules, with SQL in hand, is found.</summary>
public sealed class VerifyLedgerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task An_untouched_ledger_fits_and_every_tampering_is_named()
    {
        var account = await HistoryAsync();
        await HistoryAsync();
        var whole = await VerifyAsync();
        whole.Fits.ShouldBeTrue(whole.Finding?.ToString());
        whole.Lines.ShouldBeGreaterThan(0);

        foreach (var (sql, fault, position) in Tamperings)
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync(None);
            await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS keep_lines AS TABLE transfer; CREATE TABLE IF NOT EXISTS keep_accounts AS TABLE ledger_account", account);
            (await ExecuteAsync(connection, sql, account)).ShouldBeGreaterThan(0, sql);

            var report = await VerifyAsync();
            report.Finding.ShouldNotBeNull(sql);
            report.Finding.Fault.ShouldBe(fault, sql);
            report.Finding.Position.ShouldBe(position, sql);
            report.Finding.Account.ShouldBe(account.LedgerAccountId, sql);

            await ExecuteAsync(connection, "DELETE FROM transfer; INSERT INTO transfer SELECT * FROM keep_lines; DELETE FROM ledger_account; INSERT INTO ledger_account SELECT * FROM keep_accounts", account);
            (await VerifyAsync()).Fits.ShouldBeTrue("restored after " + sql);
        }
    }

    [Fact]
    public async Task The_use_case_and_the_console_say_the_same()
    {
        await HistoryAsync();

        var seen = await database.As<VerifyLedger>(landscape.Administrator.Id).RunAsync(None);

        seen.Fits.ShouldBeTrue(seen.Finding?.ToString());
        seen.Prepaid.Value.ShouldBeGreaterThan(0);
    }

    private static IReadOnlyList<(string Sql, LedgerFault Fault, long? Position)> Tamperings { get; } =
    [
        ("UPDATE transfer SET amount = amount + 1 WHERE chain_account_id = $1 AND chain_position = 2", LedgerFault.BalanceAfterDiffers, 2),
        ("UPDATE transfer SET amount = amount + 1, balance_after = balance_after - 1 WHERE chain_account_id = $1 AND chain_position = 2", LedgerFault.HashDiffers, 2),
        ("UPDATE transfer SET note = 'something else' WHERE chain_account_id = $1 AND chain_position = 3", LedgerFault.HashDiffers, 3),
        ("UPDATE transfer SET booked_at = booked_at - interval '1 microsecond' WHERE chain_account_id = $1 AND chain_position = 3", LedgerFault.HashDiffers, 3),
        ("UPDATE transfer SET booked_by = gen_random_uuid() WHERE chain_account_id = $1 AND chain_position = 1", LedgerFault.HashDiffers, 1),
        ("UPDATE transfer SET customer_id = gen_random_uuid() WHERE chain_account_id = $1 AND chain_position = 1", LedgerFault.WrongAccount, 1),
        ("UPDATE transfer SET amount = 0 WHERE chain_account_id = $1 AND chain_position = 4", LedgerFault.AmountNotPositive, 4),
        ("DELETE FROM transfer WHERE chain_account_id = $1 AND chain_position = 1", LedgerFault.LineMissing, 1),
        ("DELETE FROM transfer WHERE chain_account_id = $1 AND chain_position = 3", LedgerFault.LineMissing, 3),
        ("DELETE FROM transfer WHERE chain_account_id = $1 AND chain_position = 4", LedgerFault.LengthDiffers, null),
        ("DELETE FROM transfer WHERE chain_account_id = $1", LedgerFault.LengthDiffers, null),
        (
            """
            UPDATE transfer AS line SET amount = other.amount, from_account_id = other.from_account_id, to_account_id = other.to_account_id, kind = other.kind,
                note = other.note, booked_at = other.booked_at, balance_after = other.balance_after, hash = other.hash
            FROM transfer AS other
            WHERE line.chain_account_id = $1 AND other.chain_account_id = $1 AND line.chain_position IN (3, 4) AND other.chain_position = 7 - line.chain_position
            """, LedgerFault.BalanceAfterDiffers, 3),
        ("UPDATE ledger_account SET balance = balance + 1 WHERE id = $1", LedgerFault.BalanceDiffers, null),
        ("UPDATE ledger_account SET chain_hash = sha256(chain_hash) WHERE id = $1", LedgerFault.LastHashDiffers, null),
        ("UPDATE ledger_account SET chain_length = chain_length - 1 WHERE id = $1", LedgerFault.LengthDiffers, null),
        ("DELETE FROM ledger_account WHERE id = $1", LedgerFault.AccountMissing, 1),
    ];

    private async Task<TimeAccount> HistoryAsync()
    {
        var account = await landscape.TimeAccountAsync((await landscape.CustomerAsync()).Id, 1_000);
        var other = await landscape.TimeAccountAsync(account.CustomerId);
        await (await database.AsTouchedAsync<CorrectTime>(landscape.Administrator.Id)).RunAsync(new(NewTransfer(), account.Id, new Seconds(-100), "First"), None);
        await (await database.AsTouchedAsync<MoveTime>(landscape.Administrator.Id)).RunAsync(new(NewTransfer(), account.Id, other.Id, new Seconds(50), "Second"), None);
        await (await database.AsTouchedAsync<BuyTime>(landscape.Administrator.Id)).RunAsync(new(NewTransfer(), account.Id, new Seconds(7), null), None);
        return account;
    }

    private TransferId NewTransfer() => NewId.At<TransferId>(database.Clock.GetUtcNow());

    private async Task<LedgerReport> VerifyAsync()
    {
        await using var db = database.Open();
        return await LedgerVerifier.RunAsync(db, null, None);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, TimeAccount account)
    {
        if (!sql.Contains("$1", StringComparison.Ordinal))
        {
            await using var plain = new NpgsqlCommand(sql, connection);
            return await plain.ExecuteNonQueryAsync(None);
        }

        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = account.Id.Value } } };
        return await command.ExecuteNonQueryAsync(None);
    }
}
