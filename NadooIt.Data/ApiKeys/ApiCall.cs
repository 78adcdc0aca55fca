using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// What becomes known of the present request of the HTTP API while it is answered: whose key asks and what it ran. Filled in by
/// use cases, noted by the host when the answer stands.
/// </summary>
public sealed class ApiCall
{
    /// <summary>The key; null while none is known.</summary>
    public ApiKeyId? Key { get; private set; }

    internal CustomerId Customer { get; private set; }

    internal CustomerProgramId? Program { get; private set; }

    internal void By(ApiKeyId key, CustomerId customer) => (Key, Customer) = (key, customer);

    internal void Ran(CustomerProgramId program) => Program = program;
}
