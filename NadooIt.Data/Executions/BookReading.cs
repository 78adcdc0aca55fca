using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Executions;

/// <summary>What a page of the book was told by the database, with the rows locked that it will change.</summary>
internal sealed class BookReading
{
    private readonly Dictionary<CustomerId, HashSet<DateOnly>> closedMonths = [];
    private readonly Dictionary<CustomerProgramId, ProgramOrders> orders = [];
    private readonly List<(CustomerId Customer, CustomerProgramId? Program, SpendingStop Stop)> stops = [];

    /// <summary>The ledger accounts involved; these rows are locked.</summary>
    public Dictionary<LedgerAccountId, LedgerAccount> Accounts { get; } = [];

    /// <summary>The customer programs with everything that recording reads and moves; their ladder positions are locked.</summary>
    public Dictionary<CustomerProgramId, RunningProgram> Programs { get; } = [];

    /// <summary>Their ladder positions, and where those stand after the page once that is closed.</summary>
    public Dictionary<CustomerProgramId, LadderPosition> Positions { get; } = [];

    /// <summary>The executions that bear one of the references already.</summary>
    public List<ExecutionId> Known { get; } = [];

    /// <summary>Who works where today, as far as something is recorded by hand.</summary>
    public HashSet<(PersonId, CustomerId)> Running { get; } = [];

    /// <summary>The API keys whose owners count.</summary>
    public Dictionary<ApiKeyId, RecordingKey> Keys { get; } = [];

    /// <summary>Whether anybody wants to hear of executions.</summary>
    public bool HasWebhooks { get; set; }

    /// <summary>How many changes there were of what recording rests on; see <see cref="BookChange"/>.</summary>
    public long Changes { get; set; }

    /// <summary>In how many rows these are counted.</summary>
    public int ChangeRows { get; set; }

    /// <summary>The customer programs that may be recorded from memory until something changes: those without a hard stop.</summary>
    public List<(CustomerProgramId Program, RememberedProgram Remembered)> Memorable { get; } = [];

    /// <summary>The hard stops that hold for a customer program; their budgets are locked.</summary>
    public IReadOnlyList<SpendingStop> StopsOf(CustomerId customer, CustomerProgramId program) => stops.Count == 0
        ? []
        : [.. stops.Where(stop => stop.Program is { } only ? only == program : stop.Customer == customer).Select(stop => stop.Stop)];

    /// <summary>A locked budget with a hard stop.</summary>
    public void Add(CustomerId customer, CustomerProgramId? program, SpendingStop stop) => stops.Add((customer, program, stop));

    /// <summary>The orders that are asked about, of one customer program.</summary>
    public ProgramOrders OrdersOf(CustomerProgramId program)
    {
        if (!orders.TryGetValue(program, out var known))
        {
            orders[program] = known = new();
        }

        return known;
    }

    /// <summary>First days of the closed months that are asked about, of one customer.</summary>
    public HashSet<DateOnly> ClosedMonthsOf(CustomerId customer)
    {
        if (!closedMonths.TryGetValue(customer, out var months))
        {
            closedMonths[customer] = months = [];
        }

        return months;
    }
}

/// <summary>An API key as recording sees it, with the contract under which its owner works.</summary>
/// <param name="Owner">For whom it acts.</param>
/// <param name="Customer">Where it works.</param>
/// <param name="RunsPrograms">Whether it may run programs.</param>
/// <param name="Programs">The customer programs it is limited to; empty for no limit.</param>
/// <param name="ExpiresAt">Until when it counts; null for no end.</param>
/// <param name="RevokedAt">Since when it does not count; null where it was not revoked.</param>
/// <param name="IsTest">Whether it records into the test ledger, and there only.</param>
/// <param name="StartsOn">When the owner's contract there starts; null where there is none.</param>
/// <param name="EndsOn">Its last day; null for no end.</param>
internal sealed record RecordingKey(
    PersonId Owner, CustomerId Customer, bool RunsPrograms, IReadOnlyCollection<CustomerProgramId> Programs,
    DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, bool IsTest, DateOnly? StartsOn, DateOnly? EndsOn)
{
    /// <summary>Whether it counts for a request; a key that stands before the wrong ledger is none.</summary>
    public bool Counts(ExecutionRequest request, bool isTest) =>
        Owner == request.Person && IsTest == isTest && ApiKey.IsValidAt(request.RecordedAt, ExpiresAt, RevokedAt);

    /// <summary>Whether its owner's contract is running.</summary>
    public bool HasRunningContract(DateTimeOffset now) =>
        StartsOn is { } starts && EmployeeContract.StateOn(BusinessTime.DayOf(now), starts, EndsOn, null) == ContractState.Running;

    /// <summary>Whether it may run a customer program of a customer.</summary>
    public bool Reaches(CustomerId customer, CustomerProgramId program) =>
        RunsPrograms && customer == Customer && (Programs.Count == 0 || Programs.Contains(program));
}
