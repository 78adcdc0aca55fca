using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Ownership;

/// <summary>How the price per second of a customer program comes about. The values are stored.</summary>
public enum PriceMode
{
    /// <summary>A price per second that was set.</summary>
    Fixed = 1,

    /// <summary>The ladder: it falls with the hours saved.</summary>
    Dynamic = 2,
}

/// <summary>What a customer program charges and accepts.</summary>
/// <param name="SavedPerExecution">Seconds that a run saves when the caller sends none; 0 means there is no default.</param>
/// <param name="LargestSaved">Most seconds that one execution may claim, 1 to 31 days.</param>
/// <param name="PriceMode">Fixed or ladder.</param>
/// <param name="FixedPrice">The price per second in fixed mode; null with the ladder.</param>
/// <param name="ChargesOncePerOrder">Whether of all executions with one order reference only the first is charged.</param>
public sealed record CustomerProgramTerms(
    Seconds SavedPerExecution, Seconds LargestSaved, PriceMode PriceMode, PricePerSecond? FixedPrice, bool ChargesOncePerOrder = false)
{
    /// <summary>Most seconds per execution when nothing else is said: 24 hours.</summary>
    public static Seconds UsualLargestSaved => Seconds.FromHours(24);

    /// <summary>The longest that can be allowed for one execution: 31 days.</summary>
    public static Seconds LargestLargestSaved => Seconds.FromHours(31 * 24);

    /// <summary>The price per second for the next execution after this much saved time.</summary>
    public PricePerSecond PriceAfter(Seconds saved) =>
        PriceMode == PriceMode.Fixed ? FixedPrice!.Value : PriceLadder.StepAt(saved).PerSecond;

    /// <summary>The terms, if they hold together.</summary>
    /// <exception cref="Refused">A number is out of range, or a fixed price is missing.</exception>
    public CustomerProgramTerms Valid()
    {
        if (LargestSaved.Value < 1 || LargestSaved > LargestLargestSaved
            || SavedPerExecution < Seconds.Zero || SavedPerExecution > LargestSaved)
        {
            throw new Refused(OwnershipRefusals.SavedTimeInvalid);
        }

        if (PriceMode == PriceMode.Fixed && FixedPrice is null)
        {
            throw new Refused(OwnershipRefusals.PriceMissing);
        }

        return PriceMode == PriceMode.Fixed ? this : this with { FixedPrice = null };
    }
}

/// <summary>A program as one customer uses it.</summary>
public sealed class CustomerProgram : ICustomerOwned
{
    private readonly List<DrawnTimeAccount> timeAccounts = [];

    private CustomerProgram()
    {
    }

    /// <summary>Identifier; it is the <c>customerProgramId</c> of the HTTP API.</summary>
    public CustomerProgramId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>The program of the catalogue.</summary>
    public ProgramId ProgramId { get; private set; }

    /// <summary>Seconds that a run saves when the caller sends none; 0 means there is no default.</summary>
    public Seconds SavedPerExecution { get; private set; }

    /// <summary>Most seconds that one execution may claim.</summary>
    public Seconds LargestSaved { get; private set; }

    /// <summary>Fixed or ladder.</summary>
    public PriceMode PriceMode { get; private set; }

    /// <summary>Euro per second in fixed mode; null with the ladder.</summary>
    public PricePerSecond? FixedPrice { get; private set; }

    /// <summary>Whether of all executions with one order reference only the first is charged.</summary>
    public bool ChargesOncePerOrder { get; private set; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was deactivated; null while it runs.</summary>
    public DateTimeOffset? DeactivatedAt { get; private set; }

    /// <summary>The time accounts to draw from, in order; possibly none.</summary>
    public IReadOnlyList<DrawnTimeAccount> TimeAccounts => timeAccounts;

    /// <summary>What it charges and accepts from now on.</summary>
    public CustomerProgramTerms Terms => new(SavedPerExecution, LargestSaved, PriceMode, FixedPrice, ChargesOncePerOrder);

    /// <summary>Makes a program of the catalogue a customer program.</summary>
    /// <exception cref="Refused">The terms do not hold together.</exception>
    public static CustomerProgram Create(CustomerId customer, ProgramId program, CustomerProgramTerms terms, DateTimeOffset now)
    {
        var customerProgram = new CustomerProgram
        {
            Id = NewId.At<CustomerProgramId>(now),
            CustomerId = customer,
            ProgramId = program,
            CreatedAt = now,
        };
        customerProgram.Change(terms);
        return customerProgram;
    }

    /// <summary>Changes what it charges and accepts, from now on. What was recorded keeps its values.</summary>
    /// <exception cref="Refused">The terms do not hold together.</exception>
    public void Change(CustomerProgramTerms terms)
    {
        var valid = terms.Valid();
        (SavedPerExecution, LargestSaved, PriceMode, FixedPrice, ChargesOncePerOrder) =
            (valid.SavedPerExecution, valid.LargestSaved, valid.PriceMode, valid.FixedPrice, valid.ChargesOncePerOrder);
    }

    /// <summary>Sets which time accounts are drawn from, in this order.</summary>
    public void DrawFrom(IEnumerable<TimeAccountId> accounts)
    {
        timeAccounts.Clear();
        timeAccounts.AddRange(accounts.Distinct().Select((account, position) => new DrawnTimeAccount(Id, account, CustomerId, position)));
    }

    /// <summary>Stops it: executions are refused from now on.</summary>
    public void Deactivate(DateTimeOffset now) => DeactivatedAt ??= now;

    /// <summary>Lets it run again.</summary>
    public void Reactivate() => DeactivatedAt = null;
}

/// <summary>A time account from which a customer program draws.</summary>
/// <param name="CustomerProgramId">The customer program.</param>
/// <param name="TimeAccountId">The time account, of the same customer.</param>
/// <param name="CustomerId">The owner of both.</param>
/// <param name="Position">The order of drawing, from 0.</param>
public sealed record DrawnTimeAccount(CustomerProgramId CustomerProgramId, TimeAccountId TimeAccountId, CustomerId CustomerId, int Position) : ICustomerOwned;

/// <summary>Terms as they held from a moment on, kept for ever.</summary>
/// <param name="CustomerProgramId">The customer program.</param>
/// <param name="CustomerId">Its owner.</param>
/// <param name="ValidFrom">From when on.</param>
/// <param name="SavedPerExecution">Seconds per execution.</param>
/// <param name="LargestSaved">Most seconds per execution.</param>
/// <param name="PriceMode">Fixed or ladder.</param>
/// <param name="FixedPrice">Euro per second in fixed mode.</param>
/// <param name="ChangedBy">Who set them.</param>
/// <param name="ChargesOncePerOrder">Whether of all executions with one order reference only the first is charged.</param>
public sealed record CustomerProgramTermsChange(
    CustomerProgramId CustomerProgramId,
    CustomerId CustomerId,
    DateTimeOffset ValidFrom,
    Seconds SavedPerExecution,
    Seconds LargestSaved,
    PriceMode PriceMode,
    PricePerSecond? FixedPrice,
    PersonId ChangedBy,
    bool ChargesOncePerOrder = false) : ICustomerOwned;

/// <summary>What the Ownership module refuses.</summary>
public static class OwnershipRefusals
{
    /// <summary>Saved time per execution or its maximum is out of range.</summary>
    public static readonly Refusal SavedTimeInvalid = new("customer_program.saved_time_invalid", RefusalKind.Invalid);

    /// <summary>A fixed price must be set; there is no default.</summary>
    public static readonly Refusal PriceMissing = new("customer_program.price_missing", RefusalKind.Invalid);

    /// <summary>A price is above 0 and has at most six decimals.</summary>
    public static readonly Refusal PriceInvalid = new("customer_program.price_invalid", RefusalKind.Invalid);

    /// <summary>Fixed prices are set by who keeps prices at NADOO.</summary>
    public static readonly Refusal PriceNotAllowed = new("customer_program.price_not_allowed", RefusalKind.NotAllowed);

    /// <summary>Unknown, or not within reach.</summary>
    public static readonly Refusal NotFound = new("customer_program.not_found", RefusalKind.NotFound);

    /// <summary>The customer program is deactivated.</summary>
    public static readonly Refusal Inactive = new("customer_program.inactive", RefusalKind.Conflict);
}
