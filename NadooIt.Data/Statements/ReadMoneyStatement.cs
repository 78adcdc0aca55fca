using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Statements;

/// <summary>
/// A customer's money in one calendar month: what was open, billed, paid and reversed for each customer program, and what
/// is owed to the customer. Everything stands in the month in which it was booked.
/// </summary>
public sealed class ReadMoneyStatement(Access access)
{
    /// <summary>Most corrections that are listed by themselves; the lines hold all of them.</summary>
    public const int MostCorrections = 200;

    /// <summary>Which statement.</summary>
    /// <param name="Customer">The customer.</param>
    /// <param name="Month">Any day of the month.</param>
    public sealed record Input(CustomerId Customer, DateOnly Month);

    /// <summary>The statement.</summary>
    /// <param name="CustomerName">Name of the customer.</param>
    /// <param name="Month">First day of the month.</param>
    /// <param name="Programs">Each customer program that ever had money on it.</param>
    /// <param name="Owed">What is owed to the customer; its billed column holds refunds, its paid column what was paid out.</param>
    /// <param name="Corrections">Reversals and refunds booked in the month, the latest first.</param>
    /// <param name="OpenNow">What the customer has to pay at this moment.</param>
    /// <param name="OwedNow">What is owed to the customer at this moment.</param>
    /// <param name="HeldNow">What is held for open orders at this moment: neither open nor paid, and in no month before an order is completed.</param>
    public sealed record Result(
        string CustomerName, DateOnly Month, IReadOnlyList<Row> Programs, Row Owed, IReadOnlyList<Correction> Corrections, Money OpenNow, Money OwedNow, Money HeldNow)
    {
        /// <summary>All customer programs together.</summary>
        public Row Total => Programs.Aggregate(Row.Nothing, (sum, row) => sum + row);
    }

    /// <summary>One account in the month: opening, what came to it and what left it, closing.</summary>
    /// <param name="Program">The customer program; null for a sum and for what is owed.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Opening">Before the first line.</param>
    /// <param name="Billed">Billed by executions; of what is owed: refunded.</param>
    /// <param name="Paid">Paid by the customer; of what is owed: paid out.</param>
    /// <param name="Reversed">Cancelled by reversals.</param>
    /// <param name="Closing">After the last line: opening and billed, less paid and reversed.</param>
    /// <param name="Lines">How many lines.</param>
    public sealed record Row(CustomerProgramId? Program, string? Name, Money Opening, Money Billed, Money Paid, Money Reversed, Money Closing, long Lines)
    {
        /// <summary>Nothing.</summary>
        public static Row Nothing { get; } = new(null, null, Money.NoEuro, Money.NoEuro, Money.NoEuro, Money.NoEuro, Money.NoEuro, 0);

        /// <summary>Both together.</summary>
        public static Row operator +(Row left, Row right) => new(
            null, null, left.Opening + right.Opening, left.Billed + right.Billed, left.Paid + right.Paid, left.Reversed + right.Reversed,
            left.Closing + right.Closing, left.Lines + right.Lines);
    }

    /// <summary>A reversal or refund.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="Reference">The execution's reference.</param>
    /// <param name="ProgramName">What ran.</param>
    /// <param name="RecordedAt">When the execution was recorded, and so billed.</param>
    /// <param name="By">Who did it.</param>
    public sealed record Correction(StatusRecord Record, string Reference, string ProgramName, DateTimeOffset RecordedAt, string By);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var name = await db.Customers.Where(customer => customer.Id == input.Customer).Select(customer => customer.Name).SingleOrDefaultAsync(cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        var month = Period.Month(input.Month);
        var chains = await db.MoneyChainsAsync(input.Customer, month, cancellationToken);
        var rows = new List<Row>();
        foreach (var chain in chains)
        {
            rows.Add(await RowAsync(db, chain, cancellationToken));
        }

        var balances = await db.LedgerAccounts
            .Where(ledger => ledger.CustomerId == input.Customer && ledger.Unit == LedgerUnit.EuroMillionth)
            .GroupBy(ledger => ledger.Kind)
            .Select(group => new { group.Key, Balance = group.Sum(ledger => ledger.Balance), Pending = group.Sum(ledger => ledger.Pending) })
            .ToDictionaryAsync(group => group.Key, cancellationToken);
        return new(
            name, new(input.Month.Year, input.Month.Month, 1),
            [.. rows.Where(row => row.Program is not null)],
            rows.SingleOrDefault(row => row.Program is null) ?? Row.Nothing,
            await CorrectionsAsync(db, input.Customer, month, cancellationToken),
            Money.FromMillionths(balances.GetValueOrDefault(LedgerAccountKind.Receivable)?.Balance ?? 0),
            Money.FromMillionths(-(balances.GetValueOrDefault(LedgerAccountKind.Owed)?.Balance ?? 0)),
            Money.FromMillionths(balances.GetValueOrDefault(LedgerAccountKind.Receivable)?.Pending ?? 0));
    }

    private static async Task<Row> RowAsync(NadooItDb db, MoneyChain chain, CancellationToken cancellationToken)
    {
        var sums = await chain.Lines(db).GroupBy(line => line.Kind)
            .Select(group => new { group.Key, Count = group.LongCount(), Sum = group.Sum(line => line.ToAccountId == chain.Account ? line.Amount : -line.Amount) })
            .ToDictionaryAsync(group => group.Key, cancellationToken);
        Money Of(TransferKind kind, int sign) => chain.Read(sign * (sums.GetValueOrDefault(kind)?.Sum ?? 0));
        return new(
            chain.Program, chain.Name, chain.Read(chain.Opening),
            Of(chain.Program is null ? TransferKind.Refund : TransferKind.Execution, 1),
            Of(chain.Program is null ? TransferKind.Payout : TransferKind.Payment, -1),
            Of(TransferKind.Reversal, -1),
            chain.Read(chain.Closing), sums.Values.Sum(group => group.Count));
    }

    private static async Task<IReadOnlyList<Correction>> CorrectionsAsync(NadooItDb db, CustomerId customer, Period month, CancellationToken cancellationToken) =>
        await (
            from record in db.StatusRecords.AsNoTracking()
            join execution in db.Executions on record.ExecutionId equals execution.Id
            join owned in db.CustomerPrograms on execution.CustomerProgramId equals owned.Id
            join program in db.Programs on owned.ProgramId equals program.Id
            where record.CustomerId == customer && (record.Kind == StatusRecordKind.Reversal || record.Kind == StatusRecordKind.Refund) && record.At >= month.From && record.At < month.To
            orderby record.At descending, record.Id descending
            select new Correction(
                record, execution.Reference, program.Name, execution.RecordedAt,
                db.PersonNames.Where(person => person.Id == record.By).Select(person => person.DisplayName).FirstOrDefault() ?? ""))
            .Take(MostCorrections).ToListAsync(cancellationToken);
}
