using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Keys;

/// <summary>A model of security key that holders of a role may have. A role without any takes every key.</summary>
public sealed class AllowedKeyModel : IShared
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>Most models for one role.</summary>
    public const int MostPerRole = 100;

    private AllowedKeyModel()
    {
    }

    /// <summary>The role.</summary>
    public Role Role { get; private set; }

    /// <summary>The AAGUID by which an authenticator names its model; never zero, which says nothing.</summary>
    public Guid Model { get; private set; }

    /// <summary>What people call the model, 1 to 100 characters.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Since when it is allowed.</summary>
    public DateTimeOffset AllowedAt { get; private set; }

    /// <summary>Who allowed it.</summary>
    public PersonId AllowedBy { get; private set; }

    /// <summary>Allows a model for a role.</summary>
    /// <exception cref="Refused">The role, the model or the name is not acceptable.</exception>
    public static AllowedKeyModel Allow(Role role, Guid model, string name, PersonId by, DateTimeOffset now)
    {
        var trimmed = name.Trim();
        return Enum.IsDefined(role) && model != Guid.Empty && trimmed.Length is > 0 and <= LongestName
            ? new() { Role = role, Model = model, Name = trimmed, AllowedAt = now, AllowedBy = by }
            : throw new Refused(KeyRefusals.ModelInvalid);
    }
}

/// <summary>
/// Which keys somebody may have who holds certain roles: each role that names models takes only those. The model is what the
/// authenticator says of itself at registration; nobody vouches for it.
/// </summary>
/// <param name="Rules">What is allowed for the roles that are held.</param>
public sealed record KeyPolicy(IReadOnlyCollection<AllowedKeyModel> Rules)
{
    /// <summary>Every key fits.</summary>
    public static KeyPolicy Any { get; } = new([]);

    /// <summary>Whether not every key fits.</summary>
    public bool IsStrict => Rules.Count > 0;

    /// <summary>The names of the models that fit all of the roles.</summary>
    public IReadOnlyList<string> Fitting =>
        [.. Rules.Where(rule => Fits(rule.Model)).OrderBy(rule => rule.Name, StringComparer.CurrentCulture).Select(rule => rule.Name).Distinct()];

    /// <summary>Whether a key of this model fits; one that does not say its model fits only where every key does.</summary>
    public bool Fits(Guid? model) => Rules.GroupBy(rule => rule.Role).All(role => role.Any(rule => rule.Model == model));

    /// <summary>Refuses a key that does not fit, and names those that would.</summary>
    /// <exception cref="Refused">It does not fit.</exception>
    public void Require(Guid? model, Refusal refusal)
    {
        if (!Fits(model))
        {
            throw new Refused(refusal, string.Join(", ", Fitting));
        }
    }
}

/// <summary>Models that many people have, by the AAGUID that their makers publish; a help to fill in a form, no judgement.</summary>
public static class KnownKeyModels
{
    /// <summary>The models.</summary>
    public static IReadOnlyDictionary<Guid, string> All { get; } = new Dictionary<Guid, string>
    {
        [new("cb69481e-8ff7-4039-93ec-0a2729a154a8")] = "YubiKey 5 (5.1)",
        [new("ee882879-721c-4913-9775-3dfcce97072a")] = "YubiKey 5 (5.2, 5.4)",
        [new("fa2b99dc-9e39-4257-8f92-4a30d23c4118")] = "YubiKey 5 NFC (5.1)",
        [new("2fc0579f-8113-47ea-b116-bb5a8db9202a")] = "YubiKey 5 NFC (5.2, 5.4)",
        [new("c5ef55ff-ad9a-4b9f-b580-adebafe026d0")] = "YubiKey 5Ci",
        [new("73bb0cd4-e502-49b8-9c6f-b59445bf720b")] = "YubiKey 5 FIPS",
        [new("c1f9a0bc-1dd2-404a-b27f-8e29047a43fd")] = "YubiKey 5 NFC FIPS",
        [new("08987058-cadc-4b81-b6e1-30de50dcbe96")] = "Windows Hello (TPM)",
        [new("9ddd1817-af5a-4672-a2b9-3e3dd95000a9")] = "Windows Hello (VBS)",
        [new("6028b017-b1d4-4c02-b4b3-afcdafc96bb2")] = "Windows Hello (Software)",
        [new("fbfc3007-154e-4ecc-8c0b-6e020557d7bd")] = "iCloud Keychain",
        [new("dd4ec289-e01d-41c9-bb89-70fa845d4bf2")] = "iCloud Keychain (managed)",
        [new("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")] = "Google Password Manager",
        [new("d548826e-79b4-db40-a3d8-11116f7e8349")] = "Bitwarden",
        [new("bada5566-a7aa-401f-bd96-45619a55120d")] = "1Password",
    };

    /// <summary>What a model is called; its AAGUID when it is not known, null when the key did not tell.</summary>
    public static string? NameOf(Guid? model) => model is not { } told || told == Guid.Empty ? null : All.GetValueOrDefault(told) ?? told.ToString();
}
