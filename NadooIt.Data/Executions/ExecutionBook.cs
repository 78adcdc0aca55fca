using System.Diagnostics;
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
    /// <summary>
    /// Orders of one lane are best recorded one after the other, because they are likely to lock the same rows: the customer,
    /// or the customer program where nothing is known of it.
    /// </summary>
    public Guid Lane { get; init; } = Request.CustomerProgram.Value;

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
/// <remarks>
/// Two round trips make a page: begin, lock and read; write and commit. They wait on the thread that asks, because a
/// thread that the pool has to wake between them costs more than they do.
/// </remarks>
internal sealed class ExecutionBook(NadooItDatabase database, ExecutionMeter? meter = null, bool isTest = false)
{
    /// <summary>Records on the calling thread; a failure leaves nothing behind.</summary>
    public IReadOnlyList<RecordingResult> Record(IReadOnlyList<RecordingOrder> orders)
    {
        using var db = Open();
        return Record(db, orders);
    }

    /// <summary>Opens a context for one page or many.</summary>
    public NadooItDb Open() => isTest ? database.CreateForTest(Fence.System("record test executions")) : database.CreateForRecording();

    /// <summary>Records on the calling thread and on a context of this book; a failure leaves nothing behind.</summary>
    public IReadOnlyList<RecordingResult> Record(NadooItDb db, IReadOnlyList<RecordingOrder> orders)
    {
        var began = Stopwatch.GetTimestamp();
        db.Database.OpenConnection();
        try
        {
            var page = BookPage.Open(db, orders, isTest);
            var results = orders.Select(page.Record).ToList();
            page.Close(db);
            database.RecordingNotices.Tell(page.Customers);
            meter?.Count(results, Stopwatch.GetElapsedTime(began));
            return results;
        }
        finally
        {
            // This ends a transaction that was not committed.
            db.Database.CloseConnection();
        }
    }

    /// <summary>Records on a thread of its own once one of the connections for this is free. What was begun is finished.</summary>
    public async Task<IReadOnlyList<RecordingResult>> RecordAsync(IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        var slots = isTest ? database.TestSlots : database.RecordingSlots;
        await slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Factory.StartNew(() => Record(orders), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            slots.Release();
        }
    }
}

/// <summary>The part of the book that one transaction works on.</summary>
internal sealed class BookPage
{
    private readonly BookReading reading;
    private readonly Dictionary<(CustomerProgramId, string), Execution> known;

    private readonly bool isTest;

    private BookPage(BookReading reading, IEnumerable<Execution> known, bool isTest)
    {
        this.reading = reading;
        this.isTest = isTest;
        this.known = known.ToDictionary(execution => (execution.CustomerProgramId, execution.Reference));
    }

    /// <summary>At whom something was recorded.</summary>
    public IEnumerable<CustomerId> Customers => Recorded.Select(recorded => recorded.Execution.CustomerId);

    private List<RecordedExecution> Recorded { get; } = [];

    /// <summary>Begins a transaction, locks and reads.</summary>
    public static BookPage Open(NadooItDb db, IReadOnlyList<RecordingOrder> orders, bool isTest)
    {
        var reading = BookReader.Begin(db.RawConnection, orders);
        // Nearly always there are none, and then this asks nothing.
        return new(reading, reading.Known.Count == 0
            ? []
            : db.Executions.AsNoTracking().Where(execution => reading.Known.Contains(execution.Id)).ToList(),
            isTest);
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

    /// <summary>Writes what was recorded and commits.</summary>
    public void Close(NadooItDb db)
    {
        var touched = Recorded.Select(recorded => recorded.Execution.CustomerProgramId).Distinct();
        BookWriter.Commit(db.RawConnection, Recorded, [.. touched.Select(program => (program, reading.Programs[program].Saved))], reading.Accounts,
            [.. reading.Programs.Values.SelectMany(program => program.Orders.Changed)], reading.HasWebhooks);
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
        // A key that stands before the wrong ledger is none.
        if (!reading.Keys.TryGetValue(id, out var key) || key.Owner != request.Person || key.IsTest != isTest)
        {
            throw new Refused(ApiKeyRefusals.Invalid);
        }

        return (key.RunsPrograms ? new Reach(false, [key.Customer]) : Reach.Nowhere, key.Programs);
    }
}
