using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.People;

/// <summary>Somebody who signs in with a user code and a security key. No e-mail, phone, real name or password.</summary>
public sealed class Person : IPersonOwned
{
    /// <summary>Longest display name, in characters.</summary>
    public const int LongestDisplayName = 100;

    private Person()
    {
    }

    /// <summary>Identifier.</summary>
    public PersonId Id { get; private set; }

    /// <summary>The code that the person enters to say who she is; unique.</summary>
    public UserCode UserCode { get; private set; }

    /// <summary>The name that others see; free text, 1 to 100 characters.</summary>
    public string DisplayName { get; private set; } = "";

    /// <summary>When the person was registered.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When the person was deactivated; null while she may sign in.</summary>
    public DateTimeOffset? DeactivatedAt { get; private set; }

    /// <summary>Preferred language (de, en); null follows the browser.</summary>
    public string? Culture { get; private set; }

    /// <summary>Marked as sample data, removable in one action by an operator.</summary>
    public bool IsSample { get; private set; }

    /// <inheritdoc/>
    public PersonId PersonId => Id;

    /// <summary>Whether the person may sign in at all.</summary>
    public bool IsActive => DeactivatedAt is null;

    /// <summary>Registers a person who has no key yet; at set-up under the id that the first key was made for.</summary>
    /// <exception cref="Refused">The display name is empty or too long.</exception>
    public static Person Register(string displayName, UserCode code, DateTimeOffset now, bool isSample = false, PersonId? id = null) => new()
    {
        Id = id ?? NewId.At<PersonId>(now),
        UserCode = code,
        DisplayName = ValidName(displayName),
        CreatedAt = now,
        IsSample = isSample,
    };

    /// <summary>Changes the name that others see.</summary>
    /// <exception cref="Refused">The display name is empty or too long.</exception>
    public void Rename(string displayName) => DisplayName = ValidName(displayName);

    /// <summary>Chooses the language, or leaves it to the browser.</summary>
    public void Speak(string? culture) => Culture = culture;

    /// <summary>Ends every sign-in of this person.</summary>
    public void Deactivate(DateTimeOffset now) => DeactivatedAt ??= now;

    private static string ValidName(string displayName)
    {
        var name = displayName.Trim();
        return name.Length is > 0 and <= LongestDisplayName ? name : throw new Refused(PeopleRefusals.DisplayNameInvalid);
    }
}

/// <summary>What the People module refuses.</summary>
public static class PeopleRefusals
{
    /// <summary>The display name is empty or longer than 100 characters.</summary>
    public static readonly Refusal DisplayNameInvalid = new("person.display_name_invalid", RefusalKind.Invalid);

    /// <summary>The entered text is no user code.</summary>
    public static readonly Refusal UserCodeInvalid = new("person.user_code_invalid", RefusalKind.Invalid);

    /// <summary>A proposed user code belongs to somebody already.</summary>
    public static readonly Refusal UserCodeTaken = new("person.user_code_taken", RefusalKind.Conflict);

    /// <summary>Nobody has this user code.</summary>
    public static readonly Refusal Unknown = new("person.unknown", RefusalKind.NotFound);
}
