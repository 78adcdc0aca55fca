using NadooIt.Data.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.SignIn;

/// <summary>
/// What the passkey ceremonies know about a person: nothing beyond the three facts an authenticator stores.
/// </summary>
/// <param name="Id">The person's id; its text form is the WebAuthn user handle.</param>
/// <param name="UserCode">The user code as shown to people; the authenticator shows it as the account name.</param>
/// <param name="DisplayName">The display name; the authenticator shows it beside the user code.</param>
/// <param name="IsDecoy">True for a person that does not exist and was made up for an unknown user code.</param>
internal sealed record PasskeyPerson(PersonId Id, string UserCode, string DisplayName, bool IsDecoy = false)
{
    public static PasskeyPerson From(KeyOwner owner) => new(owner.Id, owner.UserCode.Display, owner.DisplayName);
}
