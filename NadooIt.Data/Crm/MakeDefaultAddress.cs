using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>Makes an address the one of its kind to use when nobody chooses.</summary>
public sealed class MakeDefaultAddress(Access access)
{
    /// <summary>Which address of which customer, and the version that the caller saw.</summary>
    public sealed record Input(CustomerId Customer, AddressId Address, uint Version);

    /// <summary>Makes it the default.</summary>
    /// <exception cref="Refused">It is out of reach, or was changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var book = await AddressBook.OpenAsync(access, input.Customer, cancellationToken);
        await book.SaveAsync(book.Current(input.Address, input.Version).Id, cancellationToken);
    }
}
