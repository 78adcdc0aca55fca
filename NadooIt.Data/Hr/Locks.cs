using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What two people must not do at the same time, as keys of advisory locks.</summary>
internal static class Locks
{
    /// <summary>Ending roles of key managers: one of them must remain.</summary>
    public const long KeyManagers = 0x4E41_444F_4F4B_4D31;

    /// <summary>Contracts of one person with one customer: at most one runs.</summary>
    public static long Employment(CustomerId customer, PersonId person) => RandomPart(customer.Value) ^ RandomPart(person.Value);

    /// <summary>Roles on one contract: each at most once.</summary>
    public static long RolesOn(EmployeeContractId contract) => RandomPart(contract.Value);

    /// <summary>Requests of one person: each ability and customer at most once.</summary>
    public static long RequestsOf(PersonId person) => ~RandomPart(person.Value);

    /// <summary>Addresses of one customer: one default per kind.</summary>
    public static long AddressesOf(CustomerId customer) => ~RandomPart(customer.Value);

    // The last eight bytes of a UUIDv7 are random; the first tell the time.
    private static long RandomPart(Guid value) => BitConverter.ToInt64(value.ToByteArray(), 8);
}
