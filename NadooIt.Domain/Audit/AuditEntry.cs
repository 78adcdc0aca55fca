using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Audit;

/// <summary>
/// One change: who, under which ability and key, from where, and what was before and after. Written in the same
/// transaction as the change. Secrets, keys and codes are left out.
/// </summary>
/// <param name="Id">Identifier.</param>
/// <param name="At">When.</param>
/// <param name="PersonId">Who; null for the system.</param>
/// <param name="ApiKeyId">With which API key, if any.</param>
/// <param name="Ability">The ability that opened the door; null for the system.</param>
/// <param name="Purpose">What the system was doing, if it was the system.</param>
/// <param name="FromAddress">Network address of the caller.</param>
/// <param name="CustomerId">Whose record; NADOO itself for what belongs to no customer.</param>
/// <param name="Subject">Kind of record.</param>
/// <param name="SubjectId">Identifier of the record.</param>
/// <param name="Action">created, changed or deleted.</param>
/// <param name="Before">Changed values before, as JSON.</param>
/// <param name="After">Values after, as JSON.</param>
/// <param name="TraceId">Trace of the request, to find it in the log.</param>
public sealed record AuditEntry(
    AuditEntryId Id,
    DateTimeOffset At,
    PersonId? PersonId,
    ApiKeyId? ApiKeyId,
    Ability? Ability,
    string? Purpose,
    string? FromAddress,
    CustomerId CustomerId,
    string Subject,
    string SubjectId,
    string Action,
    string? Before,
    string? After,
    string? TraceId) : ICustomerOwned
{
    /// <summary>The contract that granted the ability to the person at this customer; null where none was needed.</summary>
    public EmployeeContractId? ContractId { get; init; }

    /// <summary>Counts all entries in the order in which they were written; the database gives it.</summary>
    public long Number { get; init; }
}
