using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Web.SignIn;

namespace NadooIt.Tests.SignIn;

public sealed class KeyRingSecretTests
{
    private const string Secret = "a secret of at least thirty-two characters";

    [Fact]
    public void What_is_stored_shows_nothing_and_is_read_back_with_the_same_secret_only()
    {
        var stored = new KeyRingSecret(Secret).Encrypt(new XElement("masterKey", "value of the key"));

        stored.EncryptedElement.ToString().ShouldNotContain("value of the key");
        new KeyRingSecret(Secret).Decrypt(stored.EncryptedElement).Value.ShouldBe("value of the key");
        Should.Throw<CryptographicException>(() => new KeyRingSecret(Secret + "!").Decrypt(stored.EncryptedElement));
    }

    [Fact]
    public void What_was_altered_is_not_read()
    {
        var stored = new KeyRingSecret(Secret).Encrypt(new XElement("masterKey", "value of the key")).EncryptedElement;
        var bytes = Convert.FromBase64String(stored.Value);
        bytes[^1] ^= 1;
        stored.Value = Convert.ToBase64String(bytes);

        Should.Throw<CryptographicException>(() => new KeyRingSecret(Secret).Decrypt(stored));
    }

    [Fact]
    public void The_framework_stores_its_keys_with_it_and_reads_them_at_the_next_start()
    {
        var store = new Memory();
        var token = Protector(store).Protect("somebody");

        store.Stored.ShouldHaveSingleItem().ToString().ShouldContain(nameof(KeyRingReader));
        store.Stored[0].ToString().ShouldNotContain("<masterKey");
        Protector(store).Unprotect(token).ShouldBe("somebody");
    }

    [Fact]
    public void A_secret_that_is_too_short_stops_the_start() =>
        Should.Throw<InvalidOperationException>(() => KeyRingSecret.Of(Configuration("short"))).Message.ShouldContain("NADOOIT_KEY_SECRET");

    private static IConfiguration Configuration(string secret) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("NADOOIT_KEY_SECRET", secret)]).Build();

    private static IDataProtector Protector(Memory store)
    {
        var services = new ServiceCollection().AddSingleton(Configuration(Secret));
        services.AddDataProtection();
        services.Configure<KeyManagementOptions>(options => (options.XmlRepository, options.XmlEncryptor) = (store, KeyRingSecret.Of(Configuration(Secret))));
        return services.BuildServiceProvider().GetDataProtector("test");
    }

    private sealed class Memory : Microsoft.AspNetCore.DataProtection.Repositories.IXmlRepository
    {
        public List<XElement> Stored { get; } = [];

        public IReadOnlyCollection<XElement> GetAllElements() => [.. Stored];

        public void StoreElement(XElement element, string friendlyName) => Stored.Add(element);
    }
}
