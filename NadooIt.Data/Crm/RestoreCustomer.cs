using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>Brings an archived customer back.</summary>
public sealed class RestoreCustomer(Access access)
{
    /// <summary>Which customer, and the version that the caller saw.</summary>
    public sealed record Input(CustomerId Customer, uint Version);

    /// <summary>Restores.</summary>
    /// <exception cref="Refused">It is out of reach, or was changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.EditCustomer, cancellationToken);
        var customer = await db.Customers.SingleOrDefaultAsync(found => found.Id == input.Customer, cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        db.Expect(customer, input.Version);
        customer.Restore();
        await db.SaveChangesAsync(cancellationToken);
    }
}
