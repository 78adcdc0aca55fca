using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Crm;

/// <summary>What an address is for.</summary>
public enum AddressKind
{
    /// <summary>Where invoices and statements go.</summary>
    Billing = 1,

    /// <summary>Where goods and security keys go.</summary>
    Shipping = 2,
}

/// <summary>The lines of an address as entered.</summary>
/// <param name="Addressee">Who receives it, 1 to 200 characters.</param>
/// <param name="Street">Street, 1 to 200 characters.</param>
/// <param name="HouseNumber">House number, up to 20 characters; may be empty.</param>
/// <param name="PostalCode">Postal code, 1 to 20 characters.</param>
/// <param name="Town">Town, 1 to 200 characters.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code, upper case.</param>
public sealed record AddressLines(string Addressee, string Street, string HouseNumber, string PostalCode, string Town, string Country)
{
    /// <summary>
    /// Where it is, in a form that compares as people do: postal code, street and number without case, spacing,
    /// punctuation and the ways to write "street" in German. The addressee and the town's spelling do not count.
    /// </summary>
    public string ComparablePlace
    {
        get
        {
            var street = Letters(Street).Replace("strasse", "str", StringComparison.Ordinal);
            return $"{Letters(Country)} {Letters(PostalCode)} {street}{Letters(HouseNumber)}";
        }
    }

    private static string Letters(string text) =>
        string.Concat(text.ToLowerInvariant().Replace("ß", "ss", StringComparison.Ordinal).Where(char.IsLetterOrDigit));
}

/// <summary>
/// One version of an address of a customer. Replacing an address ends this version and adds another, so that old
/// documents keep the address they were sent to. Exactly one current default per kind.
/// </summary>
public sealed class Address : ICustomerOwned
{
    private Address()
    {
    }

    /// <summary>Identifier of this version.</summary>
    public AddressId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Billing or shipping.</summary>
    public AddressKind Kind { get; private set; }

    /// <summary>Whether this is the one to use when nobody chooses.</summary>
    public bool IsDefault { get; private set; }

    /// <summary>Who receives it.</summary>
    public string Addressee { get; private set; } = "";

    /// <summary>Street.</summary>
    public string Street { get; private set; } = "";

    /// <summary>House number.</summary>
    public string HouseNumber { get; private set; } = "";

    /// <summary>Postal code.</summary>
    public string PostalCode { get; private set; } = "";

    /// <summary>Town.</summary>
    public string Town { get; private set; } = "";

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public string Country { get; private set; } = "";

    /// <summary>First business day on which it is valid.</summary>
    public DateOnly ValidFrom { get; private set; }

    /// <summary>First business day on which it is no longer valid; null while current.</summary>
    public DateOnly? ValidUntil { get; private set; }

    /// <summary>The lines as they were entered.</summary>
    public AddressLines Lines => new(Addressee, Street, HouseNumber, PostalCode, Town, Country);

    /// <summary>Adds an address.</summary>
    /// <exception cref="Refused">A line is missing or too long.</exception>
    public static Address Add(CustomerId customer, AddressKind kind, AddressLines lines, bool isDefault, DateTimeOffset now)
    {
        var valid = Valid(lines);
        return new Address
        {
            Id = NewId.At<AddressId>(now),
            CustomerId = customer,
            Kind = kind,
            IsDefault = isDefault,
            Addressee = valid.Addressee,
            Street = valid.Street,
            HouseNumber = valid.HouseNumber,
            PostalCode = valid.PostalCode,
            Town = valid.Town,
            Country = valid.Country,
            ValidFrom = BusinessTime.DayOf(now),
        };
    }

    /// <summary>Ends this version; what was sent to it keeps it.</summary>
    public void End(DateTimeOffset now)
    {
        ValidUntil ??= BusinessTime.DayOf(now);
        IsDefault = false;
    }

    /// <summary>Makes this the default of its kind, or no longer.</summary>
    public void SetDefault(bool isDefault) => IsDefault = isDefault;

    private static AddressLines Valid(AddressLines lines) => new(
        Line(lines.Addressee, 1, 200),
        Line(lines.Street, 1, 200),
        Line(lines.HouseNumber, 0, 20),
        Line(lines.PostalCode, 1, 20),
        Line(lines.Town, 1, 200),
        Line(lines.Country, 2, 2).ToUpperInvariant());

    private static string Line(string text, int shortest, int longest)
    {
        var line = text.Trim();
        return line.Length >= shortest && line.Length <= longest ? line : throw new Refused(CrmRefusals.AddressInvalid);
    }
}
