using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Executions;

/// <summary>A customer program as recording remembers it; its accounts are remembered by themselves.</summary>
internal sealed record RememberedProgram(CustomerId Customer, CustomerProgramTerms Terms, IReadOnlyList<LedgerAccountId> Drawn)
{
    /// <summary>Where it stands on its ladder, with the figures that this carries.</summary>
    public LadderPosition Position { get; set; } = null!;
}

/// <summary>
/// What this process read last for recording, so that a page can be decided without asking the database. It is never more than a
/// guess: the statement that writes the page also asks whether everything is still so, and otherwise writes nothing
/// (docs/decisions/0029). So it only ever says yes; whoever would be refused, and whatever is rare, is asked under locks.
/// </summary>
/// <remarks>
/// What a page moves is remembered at once, before it is written: a second page of the same accounts goes on from there and
/// waits in the database for the first one. When that fails, so does the second, since what it rests on never came.
/// </remarks>
internal sealed class BookMemory
{
    /// <summary>Most customer programs that are remembered; then it begins anew.</summary>
    private const int MostPrograms = 50_000;

    private readonly Lock gate = new();
    private readonly Dictionary<CustomerProgramId, RememberedProgram> programs = [];
    private readonly Dictionary<LedgerAccountId, LedgerAccount> accounts = [];
    private readonly Dictionary<ApiKeyId, RecordingKey> keys = [];
    private readonly Dictionary<CustomerProgramId, long> doubtedUntil = [];
    private long changes = -1;
    private bool hasWebhooks;

    /// <summary>How long what turned out to be wrong is not guessed again: so another node that records the same is seldom in the way.</summary>
    public TimeSpan Doubt { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Decides what can be decided from memory; null where that is nothing.</summary>
    /// <param name="orders">What is asked for.</param>
    /// <param name="inOrder">Whether everything after the first that cannot be decided is left with it, so that the order stays.</param>
    public RememberedPage? Decide(IReadOnlyList<RecordingOrder> orders, bool inOrder)
    {
        lock (gate)
        {
            if (programs.Count == 0)
            {
                return null;
            }

            var page = new RememberedPage(this, orders.Count);
            try
            {
                for (var i = 0; i < orders.Count; i++)
                {
                    if (!page.Decide(i, orders[i].Request) && inOrder)
                    {
                        break;
                    }
                }
            }
            catch
            {
                // What was moved for nothing must not be gone on from.
                Clear();
                throw;
            }

            return page.Close() ? page : null;
        }
    }

    /// <summary>Remembers what was read under locks and how it stands after the page was written.</summary>
    public void Keep(BookReading reading)
    {
        lock (gate)
        {
            if (reading.Changes < changes)
            {
                return;
            }

            if (reading.Changes > changes || programs.Count > MostPrograms)
            {
                Clear();
                (changes, hasWebhooks) = (reading.Changes, reading.HasWebhooks);
            }

            foreach (var (id, program) in reading.Memorable.Where(found => !IsDoubted(found.Program)))
            {
                program.Position = reading.Positions[id];
                programs[id] = program;
            }

            foreach (var (id, account) in reading.Accounts)
            {
                accounts[id] = account;
            }

            foreach (var (id, key) in reading.Keys)
            {
                keys[id] = key;
            }
        }
    }

    /// <summary>Forgets what a page rested on that could not be written.</summary>
    public void Forget(RememberedPage page)
    {
        var until = Environment.TickCount64 + (long)Doubt.TotalMilliseconds;
        lock (gate)
        {
            foreach (var program in page.Write!.Programs)
            {
                programs.Remove(program.Program);
                doubtedUntil[program.Program] = until;
            }

            foreach (var account in page.Write.Accounts.Select(moved => moved.Id).Concat(page.Write.Unmoved.Select(unmoved => unmoved.Id)))
            {
                accounts.Remove(account);
            }
        }
    }

    private bool IsDoubted(CustomerProgramId program)
    {
        if (!doubtedUntil.TryGetValue(program, out var until))
        {
            return false;
        }

        if (Environment.TickCount64 < until)
        {
            return true;
        }

        doubtedUntil.Remove(program);
        return false;
    }

    private void Clear()
    {
        programs.Clear();
        accounts.Clear();
        keys.Clear();
        if (doubtedUntil.Count > MostPrograms)
        {
            doubtedUntil.Clear();
        }
    }

    /// <summary>A page that is decided from memory.</summary>
    internal sealed class RememberedPage(BookMemory memory, int orders)
    {
        private readonly Dictionary<CustomerProgramId, Opened> opened = [];
        private readonly HashSet<(CustomerProgramId, string)> references = [];
        private readonly PageAccounts accounts = new();
        private readonly PageFigures figures = new();
        private readonly List<RecordedExecution> recorded = [];

        /// <summary>The execution of each order; null where it is not decided here.</summary>
        public Execution?[] Executions { get; } = new Execution?[orders];

        /// <summary>What is to be written.</summary>
        public PageWrite? Write { get; private set; }

        /// <summary>Decides an order; false where that is not for the memory to do.</summary>
        public bool Decide(int number, ExecutionRequest request)
        {
            if (request.ApiKey is not { } id || !memory.keys.TryGetValue(id, out var key) || !key.Counts(request, isTest: false)
                || Open(request.CustomerProgram) is not { } program
                || !key.Reaches(program.Remembered.Customer, request.CustomerProgram) || !key.HasRunningContract(request.RecordedAt)
                || (request.OrderReference is not null && program.Remembered.Terms.ChargesOncePerOrder)
                || BookReader.IsOfEarlierMonth(request)
                || !references.Add((request.CustomerProgram, request.Reference)))
            {
                return false;
            }

            try
            {
                var execution = program.Running.Record(request);
                recorded.Add(execution);
                program.Recorded = figures.After(program.Recorded ?? program.Remembered.Position, program.Running.Saved, execution.Execution);
                Executions[number] = execution.Execution;
                return true;
            }
            catch (Refused)
            {
                // That is not for the memory to say.
                return false;
            }
        }

        /// <summary>Puts together what is to be written; false where that is nothing.</summary>
        public bool Close()
        {
            if (recorded.Count == 0)
            {
                return false;
            }

            var moved = opened.Where(program => program.Value.Recorded is not null).OrderBy(program => program.Key.Value)
                .Select(program => new MovedProgram(program.Key, program.Value.Remembered.Position, program.Value.Recorded!)).ToList();
            Write = new(recorded, moved, figures, accounts.Moved, accounts.Unmoved, [], memory.hasWebhooks, memory.changes);
            foreach (var program in opened.Values.Where(program => program.Recorded is not null))
            {
                program.Remembered.Position = program.Recorded!;
            }

            return true;
        }

        private Opened? Open(CustomerProgramId id)
        {
            if (opened.TryGetValue(id, out var known))
            {
                return known;
            }

            if (!memory.programs.TryGetValue(id, out var program) || !memory.accounts.TryGetValue(new(id.Value), out var receivable))
            {
                return null;
            }

            var drawn = new List<LedgerAccount>(program.Drawn.Count);
            foreach (var account in program.Drawn)
            {
                if (!memory.accounts.TryGetValue(account, out var found))
                {
                    return null;
                }

                drawn.Add(found);
            }

            accounts.Note(receivable);
            drawn.ForEach(accounts.Note);
            return opened[id] = new(program, new RunningProgram(program.Customer, program.Terms, isActive: true, program.Position.Saved, receivable, drawn));
        }

        private sealed record Opened(RememberedProgram Remembered, RunningProgram Running)
        {
            /// <summary>Where it stands after what was recorded; null where that is nothing.</summary>
            public LadderPosition? Recorded { get; set; }
        }
    }
}
