using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>Adds an address to a customer. The first of its kind is the default.</summary>
public sealed class AddAddress(Access access, TimeProvider clock)
{
    /// <summary>What is added.</summary>
    public sealed record Input(CustomerId Customer, AddressKind Kind, AddressLines Lines, bool IsDefault);

    /// <summary>Adds and returns its id.</summary>
    /// <exception cref="Refused">The customer is out of reach, or a line is missing or too long.</exception>
    public async Task<AddressId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var book = await AddressBook.OpenAsync(access, input.Customer, cancellationToken);
        var address = Address.Add(input.Customer, input.Kind, input.Lines, false, clock.GetUtcNow());
        book.Add(address);
        await book.SaveAsync(input.IsDefault ? address.Id : null, cancellationToken);
        return address.Id;
    }
}
