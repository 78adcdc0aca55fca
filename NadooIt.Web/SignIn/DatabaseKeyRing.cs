using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using NadooIt.Data.Keys;

namespace NadooIt.Web.SignIn;

/// <summary>Keeps the keys that protect cookies and forms in the database, so that every node reads every cookie.</summary>
internal sealed class DatabaseKeyRing(SharedKeyRing ring) : IXmlRepository, IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options) => options.XmlRepository = this;

    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Wait(() => ring.ReadAsync(CancellationToken.None)).Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName) => Wait(async () =>
    {
        await ring.AddAsync(friendlyName, element.ToString(SaveOptions.DisableFormatting), CancellationToken.None);
        return true;
    });

    // The framework asks without async; on a thread of its own nothing can wait for itself.
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
