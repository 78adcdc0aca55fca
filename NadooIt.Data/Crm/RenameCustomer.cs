using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>Changes the name of a customer.</summary>
public sealed class RenameCustomer(Access access)
{
    /// <summary>Which customer, its new name, and the version that the caller saw.</summary>
    public sealed record Input(CustomerId Customer, string Name, uint Version);

    /// <summary>Renames.</summary>
    /// <exception cref="Refused">It is out of reach, the name is not acceptable, or it was changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.EditCustomer, cancellationToken);
        var customer = await db.Customers.SingleOrDefaultAsync(found => found.Id == input.Customer, cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        db.Expect(customer, input.Version);
        customer.Rename(input.Name);
        await db.SaveChangesAsync(cancellationToken);
    }
}
