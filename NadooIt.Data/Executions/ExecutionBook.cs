using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Executions;

/// <summary>What one caller asks for, and where the caller may run programs.</summary>
/// <param name="Request">The execution.</param>
/// <param name="Reach">The customers at which the caller may record it; what lies outside does not exist for him.</param>
/// <param name="Programs">The customer programs an API key is limited to; empty for no limit.</param>
internal sealed record RecordingOrder(ExecutionRequest Request, Reach Reach, IReadOnlyCollection<CustomerProgramId> Programs)
{
    /// <summary>An order of an API key: its reach and its programs are read from the key in the transaction that records.</summary>
    public static RecordingOrder ByKey(ExecutionRequest request) => new(request, Reach.Nowhere, []);
}

/// <summary>What became of one order: an execution, new or recorded before, or a refusal.</summary>
internal sealed record RecordingResult(Execution? Execution, bool IsRepetition, Refused? Refusal);

/// <summary>
/// Records many executions in one transaction: locks the customer programs and accounts involved in the order of
/// their ids, lets the rules of the domain decide each order in memory, and writes everything with a few statements.
/// A refused order refuses only itself. Correct with any number of writers and nodes, through the row locks.
/// </summary>
internal sealed class ExecutionBook(NadooItDatabase database)
{
    public async Task<IReadOnlyList<RecordingResult>> RecordAsync(IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        await using var db = database.CreateForRecording();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var page = await BookPage.OpenAsync(db, orders, cancellationToken);
        var results = orders.Select(page.Record).ToList();
        if (page.Recorded.Count > 0)
        {
            await page.WriteAsync(db, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return results;
    }
}

/// <summary>The part of the book that one transaction works on.</summary>
internal sealed class BookPage
{
    private readonly BookReading reading;
    private readonly Dictionary<(CustomerProgramId, string), Execution> known;

    private BookPage(BookReading reading, IEnumerable<Execution> known)
    {
        this.reading = reading;
        this.known = known.ToDictionary(execution => (execution.CustomerProgramId, execution.Reference));
    }

    public List<RecordedExecution> Recorded { get; } = [];

    public static async Task<BookPage> OpenAsync(NadooItDb db, IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        var reading = await BookReader.ReadAsync(db.RawConnection, db.RawTransaction, orders, cancellationToken);
        // Nearly always there are none, and then this asks nothing.
        return new(reading, reading.Known.Count == 0
            ? []
            : await db.Executions.AsNoTracking().Where(execution => reading.Known.Contains(execution.Id)).ToListAsync(cancellationToken));
    }

    public RecordingResult Record(RecordingOrder order)
    {
        try
        {
            return RecordOrRefuse(order);
        }
        catch (Refused refused)
        {
            return new(null, false, refused);
        }
    }

    public Task WriteAsync(NadooItDb db, CancellationToken cancellationToken)
    {
        var touched = Recorded.Select(recorded => recorded.Execution.CustomerProgramId).ToHashSet();
        return BookWriter.WriteAsync(
            db.RawConnection, db.RawTransaction, Recorded,
            [.. touched.Select(program => (program, reading.Programs[program].Saved))],
            reading.Accounts, cancellationToken);
    }

    private RecordingResult RecordOrRefuse(RecordingOrder order)
    {
        var request = order.Request;
        var (reach, limitedTo) = request.ApiKey is { } keyId ? ReachOfKey(keyId, request) : (order.Reach, order.Programs);
        if (!reading.Programs.TryGetValue(request.CustomerProgram, out var program)
            || !reach.Includes(program.Customer)
            || (limitedTo.Count > 0 && !limitedTo.Contains(request.CustomerProgram)))
        {
            throw new Refused(OwnershipRefusals.NotFound);
        }

        // Before a repetition is answered: whose contract has run out learns nothing of what was recorded.
        if (!reading.Running.Contains((request.Person, program.Customer)))
        {
            throw new Refused(HrRefusals.NotRunning);
        }

        if (known.TryGetValue((request.CustomerProgram, request.Reference), out var before))
        {
            return before.ContentHash.AsSpan().SequenceEqual(request.ContentHash())
                ? new(before, true, null)
                : throw new Refused(ExecutionRefusals.ReferenceConflict);
        }

        var recorded = program.Record(request);
        known[(request.CustomerProgram, request.Reference)] = recorded.Execution;
        Recorded.Add(recorded);
        return new(recorded.Execution, false, null);
    }

    /// <summary>Where a key may record at this moment. A key that no longer counts is refused here, whatever was checked before.</summary>
    private (Reach Reach, IReadOnlyCollection<CustomerProgramId> Programs) ReachOfKey(ApiKeyId id, ExecutionRequest request)
    {
        if (!reading.Keys.TryGetValue(id, out var key) || key.Owner != request.Person)
        {
            throw new Refused(ApiKeyRefusals.Invalid);
        }

        return (key.RunsPrograms ? new Reach(false, [key.Customer]) : Reach.Nowhere, key.Programs);
    }
}
