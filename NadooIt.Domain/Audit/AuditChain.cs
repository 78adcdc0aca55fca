using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Audit;

/// <summary>
/// The place of an audit entry in the chain of its customer. The database itself adds it when the transaction commits;
/// the application may only read it.
/// </summary>
/// <param name="CustomerId">Whose chain.</param>
/// <param name="Position">Counted from 1 without a gap.</param>
/// <param name="EntryId">The entry.</param>
/// <param name="Hash">SHA-256 over the hash before and everything that the entry says.</param>
public sealed record AuditLink(CustomerId CustomerId, long Position, AuditEntryId EntryId, byte[] Hash) : ICustomerOwned;

/// <summary>The end of the chain of one customer. Kept apart, so that entries that were cut off at the end are missed.</summary>
/// <param name="CustomerId">Whose chain.</param>
/// <param name="Length">How many entries it has.</param>
/// <param name="Hash">The hash of the last one.</param>
public sealed record AuditHead(CustomerId CustomerId, long Length, byte[] Hash) : ICustomerOwned;
