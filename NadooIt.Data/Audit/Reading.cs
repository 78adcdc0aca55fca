using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Audit;

/// <summary>What somebody has read, for the audit trail.</summary>
/// <param name="Subject">Kind of record.</param>
/// <param name="SubjectId">Identifier of the record.</param>
/// <param name="Customer">Whose record; NADOO itself for what belongs to no customer.</param>
/// <param name="What">What of it, as JSON; null for all.</param>
internal sealed record Reading(string Subject, string SubjectId, CustomerId Customer, string? What = null);
