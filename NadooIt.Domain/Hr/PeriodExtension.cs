using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Hr;

/// <summary>A contract or one role on it was prolonged: from when to when, by whom and why. It is never changed.</summary>
/// <param name="Id">Identifier.</param>
/// <param name="CustomerId">With whom the contract is.</param>
/// <param name="EmployeeContractId">The contract.</param>
/// <param name="RoleContractId">The role; null for the contract itself.</param>
/// <param name="Before">The last day as it was, in Europe/Berlin.</param>
/// <param name="After">The last day as it became; null for an open end, for a role as long as the contract.</param>
/// <param name="By">Who prolonged it.</param>
/// <param name="Under">That person's contract that allowed it.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
/// <param name="At">When.</param>
public sealed record PeriodExtension(
    PeriodExtensionId Id, CustomerId CustomerId, EmployeeContractId EmployeeContractId, RoleContractId? RoleContractId,
    DateOnly Before, DateOnly? After, PersonId By, EmployeeContractId? Under, string Reason, DateTimeOffset At) : ICustomerOwned
{
    /// <summary>Whether this last day is later than that one; null is never.</summary>
    public static bool IsLater(DateOnly? day, DateOnly? than) => than is not null && (day is null || day > than);
}

/// <summary>A reminder that a contract or role ends, once for each last day and each of the steps 90, 30 and 7 days before.</summary>
/// <param name="Subject">The contract or role contract.</param>
/// <param name="EndsOn">The last day that was reminded of.</param>
/// <param name="DaysBefore">Which of the steps.</param>
/// <param name="CustomerId">With whom the contract is.</param>
/// <param name="At">When.</param>
public sealed record RenewalReminder(Guid Subject, DateOnly EndsOn, int DaysBefore, CustomerId CustomerId, DateTimeOffset At) : ICustomerOwned
{
    /// <summary>So many days before the last day people are reminded, the earliest first.</summary>
    public static IReadOnlyList<int> Steps { get; } = [90, 30, 7];

    /// <summary>The step that is due on a day: the last one that was reached. Null when it is too early, or over.</summary>
    public static int? DueOn(DateOnly today, DateOnly endsOn)
    {
        var left = endsOn.DayNumber - today.DayNumber;
        return left < 0 || left > Steps[0] ? null : Steps.Last(step => left <= step);
    }
}
