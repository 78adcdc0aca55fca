using NadooIt.Domain.Crm;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>One version of an address as pages show it.</summary>
/// <param name="Id">The version.</param>
/// <param name="Kind">Billing or shipping.</param>
/// <param name="IsDefault">Whether it is used when nobody chooses.</param>
/// <param name="Lines">As entered.</param>
/// <param name="ValidFrom">First day.</param>
/// <param name="ValidUntil">First day on which it is no longer valid; null while current.</param>
/// <param name="Version">Version of the record, for edits.</param>
public sealed record AddressRow(AddressId Id, AddressKind Kind, bool IsDefault, AddressLines Lines, DateOnly ValidFrom, DateOnly? ValidUntil, uint Version);
