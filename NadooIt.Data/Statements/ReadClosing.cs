using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Statements;

namespace NadooIt.Data.Statements;

/// <summary>Whether a customer's month is closed, by whom and why, and what was done with it before.</summary>
public sealed class ReadClosing(Access access)
{
    /// <summary>The month.</summary>
    /// <param name="IsClosed">Whether it is closed.</param>
    /// <param name="Records">What was done, the latest first.</param>
    public sealed record Result(bool IsClosed, IReadOnlyList<Row> Records);

    /// <summary>A record, with the name of who made it.</summary>
    public sealed record Row(ClosingRecordKind Kind, string By, DateTimeOffset At, string Reason);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<Result> RunAsync(CustomerId customer, DateOnly month, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        if (!await db.Customers.AnyAsync(found => found.Id == customer, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var first = DaySpan.MonthOf(month);
        var records = await db.ClosingRecords.Where(record => record.CustomerId == customer && record.Month == first)
            .OrderByDescending(record => record.Number)
            .Select(record => new Row(
                record.Kind, db.PersonNames.Where(person => person.Id == record.By).Select(person => person.DisplayName).FirstOrDefault() ?? "", record.At, record.Reason))
            .ToListAsync(cancellationToken);
        return new(records is [{ Kind: ClosingRecordKind.Closed }, ..], records);
    }
}
