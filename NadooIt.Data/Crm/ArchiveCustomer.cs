using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>
/// Takes a customer out of the lists: nobody new is employed there. What runs goes on until it is ended itself, so that
/// nothing stops by surprise.
/// </summary>
public sealed class ArchiveCustomer(Access access, TimeProvider clock)
{
    /// <summary>Which customer, and the version that the caller saw.</summary>
    public sealed record Input(CustomerId Customer, uint Version);

    /// <summary>Archives.</summary>
    /// <exception cref="Refused">It is out of reach, is the operator, or was changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.EditCustomer, cancellationToken);
        var customer = await db.Customers.SingleOrDefaultAsync(found => found.Id == input.Customer, cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        db.Expect(customer, input.Version);
        customer.Archive(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
