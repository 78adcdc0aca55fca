using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>Ends an address; it stays visible. When it was the default, the latest other one of its kind becomes it.</summary>
public sealed class EndAddress(Access access, TimeProvider clock)
{
    /// <summary>Which address of which customer, and the version that the caller saw.</summary>
    public sealed record Input(CustomerId Customer, AddressId Address, uint Version);

    /// <summary>Ends.</summary>
    /// <exception cref="Refused">It is out of reach, or was changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var book = await AddressBook.OpenAsync(access, input.Customer, cancellationToken);
        book.Current(input.Address, input.Version).End(clock.GetUtcNow());
        await book.SaveAsync(null, cancellationToken);
    }
}
