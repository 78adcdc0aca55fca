using NadooIt.Domain.Crm;

namespace NadooIt.Web.Crm;

/// <summary>An address while it is typed.</summary>
public sealed class AddressForm
{
    public string Addressee { get; set; } = "";

    public string Street { get; set; } = "";

    public string HouseNumber { get; set; } = "";

    public string PostalCode { get; set; } = "";

    public string Town { get; set; } = "";

    public string Country { get; set; } = "DE";

    /// <summary>The lines as the rules take them.</summary>
    public AddressLines Lines => new(Addressee.Trim(), Street.Trim(), HouseNumber.Trim(), PostalCode.Trim(), Town.Trim(), Country);

    /// <summary>Starts from an address that is there already.</summary>
    public static AddressForm From(AddressLines lines) => new()
    {
        Addressee = lines.Addressee,
        Street = lines.Street,
        HouseNumber = lines.HouseNumber,
        PostalCode = lines.PostalCode,
        Town = lines.Town,
        Country = lines.Country,
    };
}
