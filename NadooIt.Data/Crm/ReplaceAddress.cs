using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>Puts a new version in the place of an address; the old one stays for old documents.</summary>
public sealed class ReplaceAddress(Access access, TimeProvider clock)
{
    /// <summary>Which address of which customer, the new lines, and the version that the caller saw.</summary>
    public sealed record Input(CustomerId Customer, AddressId Address, AddressLines Lines, uint Version);

    /// <summary>Replaces and returns the id of the new version.</summary>
    /// <exception cref="Refused">It is out of reach, was changed meanwhile, or a line is missing or too long.</exception>
    public async Task<AddressId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var book = await AddressBook.OpenAsync(access, input.Customer, cancellationToken);
        var old = book.Current(input.Address, input.Version);
        if (old.Lines == input.Lines)
        {
            return old.Id;
        }

        var wasDefault = old.IsDefault;
        var replacement = Address.Add(input.Customer, old.Kind, input.Lines, false, clock.GetUtcNow());
        old.End(clock.GetUtcNow());
        book.Add(replacement);
        await book.SaveAsync(wasDefault ? replacement.Id : null, cancellationToken);
        return replacement.Id;
    }
}
