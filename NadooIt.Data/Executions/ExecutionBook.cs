using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;
using Npgsql;

namespace NadooIt.Data.Executions;

/// <summary>What one caller asks for, and where the caller may run programs.</summary>
/// <param name="Request">The execution.</param>
/// <param name="Reach">The customers at which the caller may record it; what lies outside does not exist for him.</param>
/// <param name="Programs">The customer programs an API key is limited to; empty for no limit.</param>
internal sealed record RecordingOrder(ExecutionRequest Request, Reach Reach, IReadOnlyCollection<CustomerProgramId> Programs)
{
    /// <summary>An order of an API key: its reach and its programs are read from the key in the transaction that records.</summary>
    public static RecordingOrder ByKey(ExecutionRequest request) => new(request, Reach.Nowhere, []);

    /// <summary>Whether the caller, where no key calls, may record at a customer.</summary>
    public bool Reaches(CustomerId customer) => Reach.Includes(customer) && (Programs.Count == 0 || Programs.Contains(Request.CustomerProgram));
}

/// <summary>What became of one order: an execution, new or recorded before, or a refusal.</summary>
internal sealed record RecordingResult(Execution? Execution, bool IsRepetition, Refused? Refusal);

/// <summary>
/// Records many executions in one transaction. What this process remembers of the last pages decides most of them, and one
/// statement writes them and makes sure that all of it still holds. Everything else is read under locks: the customer programs and
/// accounts involved are locked in the order of their ids, the rules of the domain decide each order in memory, and one statement
/// writes. A refused order refuses only itself. Correct with any number of writers and nodes, through the database.
/// </summary>
/// <remarks>
/// A page waits for the database on the thread that asks, because a thread that the pool has to wake in between costs more than that.
/// </remarks>
internal sealed class ExecutionBook(NadooItDatabase database, ExecutionMeter? meter = null, bool isTest = false)
{
    private readonly BookMemory? memory = isTest ? null : database.BookMemory;

    /// <summary>Records on the calling thread; see the other one about failures.</summary>
    public IReadOnlyList<RecordingResult> Record(IReadOnlyList<RecordingOrder> orders)
    {
        using var db = Open();
        return Record(db, orders);
    }

    /// <summary>Opens a context for one page or many.</summary>
    public NadooItDb Open() => isTest ? database.CreateForTest(Fence.System("record test executions")) : database.CreateForRecording();

    /// <summary>Decides from memory what can be decided so. Pages are best recorded in the order in which they were decided.</summary>
    /// <param name="orders">What is asked for.</param>
    /// <param name="inOrder">Whether they come from one caller, so that they are recorded in their order.</param>
    public DecidedPage Decide(IReadOnlyList<RecordingOrder> orders, bool inOrder = true)
    {
        var page = memory?.Decide(orders, inOrder);
        return new(orders, page, page is null ? [] : BookWriter.ParametersOf(page.Write!));
    }

    /// <summary>
    /// Records on the calling thread and on a context of this book. After a failure of the database each execution is whole or not
    /// there; whoever asks again with the same references gets what is there and records the rest.
    /// </summary>
    public IReadOnlyList<RecordingResult> Record(NadooItDb db, IReadOnlyList<RecordingOrder> orders) => Record(db, Decide(orders));

    /// <summary>Records a page that was decided, as <see cref="Record(NadooItDb, IReadOnlyList{RecordingOrder})"/>.</summary>
    public IReadOnlyList<RecordingResult> Record(NadooItDb db, DecidedPage page)
    {
        var began = Stopwatch.GetTimestamp();
        db.Database.OpenConnection();
        try
        {
            var results = new RecordingResult?[page.Orders.Count];
            RecordFromMemory(db, page, results);
            RecordUnderLocks(db, page.Orders, results);
            database.RecordingNotices.Tell(results.Where(result => result is { Execution: not null, IsRepetition: false }).Select(result => result!.Execution!.CustomerId));
            meter?.Count(results!, Stopwatch.GetElapsedTime(began));
            return results!;
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

    private void RecordFromMemory(NadooItDb db, DecidedPage decided, RecordingResult?[] results)
    {
        if (decided.Remembered is not { } page)
        {
            return;
        }

        var isWritten = false;
        try
        {
            isWritten = BookWriter.WriteIfItHolds(db.RawConnection, page.Write!, decided.Parameters);
        }
        finally
        {
            if (!isWritten)
            {
                memory!.Forget(page);
                meter?.CountMistake();
            }
        }

        for (var i = 0; isWritten && i < results.Length; i++)
        {
            results[i] = page.Executions[i] is { } execution ? new(execution, false, null) : null;
        }
    }

    private void RecordUnderLocks(NadooItDb db, IReadOnlyList<RecordingOrder> orders, RecordingResult?[] results)
    {
        var left = Enumerable.Range(0, orders.Count).Where(number => results[number] is null).ToList();
        if (left.Count == 0)
        {
            return;
        }

        var page = BookPage.Open(db, [.. left.Select(number => orders[number])], isTest);
        left.ForEach(number => results[number] = page.Record(orders[number]));
        page.Close(db);
        memory?.Keep(page.Reading);
    }
}

/// <summary>What several callers ask for.</summary>
/// <param name="Orders">All of it.</param>
/// <param name="Remembered">What of it was decided from memory; null where that was nothing.</param>
/// <param name="Parameters">That, ready for the statement that writes it.</param>
internal sealed record DecidedPage(IReadOnlyList<RecordingOrder> Orders, BookMemory.RememberedPage? Remembered, NpgsqlParameter[] Parameters)
{
    /// <summary>A page that is read under locks.</summary>
    public static DecidedPage Undecided(IReadOnlyList<RecordingOrder> orders) => new(orders, null, []);
}

/// <summary>The part of the book that one transaction works on, read under locks.</summary>
internal sealed class BookPage
{
    private readonly Dictionary<(CustomerProgramId, string), Execution> known;
    private readonly Dictionary<CustomerProgramId, LadderPosition> before;
    private readonly PageAccounts accounts = new();
    private readonly PageFigures figures = new();
    private readonly List<RecordedExecution> recorded = [];
    private readonly bool isTest;

    private BookPage(BookReading reading, IEnumerable<Execution> known, bool isTest)
    {
        Reading = reading;
        this.isTest = isTest;
        this.known = known.ToDictionary(execution => (execution.CustomerProgramId, execution.Reference));
        before = new(reading.Positions);
        foreach (var account in reading.Accounts.Values)
        {
            accounts.Note(account);
        }
    }

    /// <summary>What the database said.</summary>
    public BookReading Reading { get; }

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
    public void Close(NadooItDb db) => BookWriter.WriteAndCommit(db.RawConnection, new(
        recorded,
        [
            .. Reading.Positions.Where(position => position.Value != before[position.Key]).OrderBy(position => position.Key.Value)
                .Select(position => new MovedProgram(position.Key, before[position.Key], position.Value)),
        ],
        figures, accounts.Moved, [], [.. Reading.Programs.Values.SelectMany(program => program.Orders.Changed)], Reading.HasWebhooks, null), Reading.ChangeRows);

    private RecordingResult RecordOrRefuse(RecordingOrder order)
    {
        var request = order.Request;
        var key = request.ApiKey is { } id ? KeyOf(id, request) : null;
        if (!Reading.Programs.TryGetValue(request.CustomerProgram, out var program) || !(key?.Reaches(program.Customer, request.CustomerProgram) ?? order.Reaches(program.Customer)))
        {
            throw new Refused(OwnershipRefusals.NotFound);
        }

        // Before a repetition is answered: whose contract has run out learns nothing of what was recorded.
        if (!(key?.HasRunningContract(request.RecordedAt) ?? Reading.Running.Contains((request.Person, program.Customer))))
        {
            throw new Refused(HrRefusals.NotRunning);
        }

        if (known.TryGetValue((request.CustomerProgram, request.Reference), out var same))
        {
            return same.ContentHash.AsSpan().SequenceEqual(request.ContentHash())
                ? new(same, true, null)
                : throw new Refused(ExecutionRefusals.ReferenceConflict);
        }

        var execution = program.Record(request);
        known[(request.CustomerProgram, request.Reference)] = execution.Execution;
        recorded.Add(execution);
        Reading.Positions[request.CustomerProgram] = figures.After(Reading.Positions[request.CustomerProgram], program.Saved, execution.Execution);
        return new(execution.Execution, false, null);
    }

    /// <summary>The key as it is at this moment. One that no longer counts is refused here, whatever was checked before.</summary>
    private RecordingKey KeyOf(ApiKeyId id, ExecutionRequest request) =>
        Reading.Keys.TryGetValue(id, out var key) && key.Counts(request, isTest) ? key : throw new Refused(ApiKeyRefusals.Invalid);
}
