using System.Net;
using System.Security.Cryptography;
using System.Text;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Tests.Webhooks;

public sealed class WebhookRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    /// <summary>The example of the Standard Webhooks specification.</summary>
    [Fact]
    public void The_signature_is_that_of_the_convention()
    {
        var secret = WebhookSecret.FromStored(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

        secret.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}""")
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public void A_secret_has_256_bits_and_does_not_slip_out()
    {
        var secret = WebhookSecret.Create();

        secret.Text.ShouldStartWith(WebhookSecret.Prefix);
        Convert.FromBase64String(secret.Text[WebhookSecret.Prefix.Length..]).ShouldBe(secret.Bytes);
        secret.Bytes.Count.ShouldBe(32);
        secret.ToString().ShouldNotContain(secret.Text[8..]);
        secret.Sign("a", 1, "b").ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(secret.Bytes.ToArray(), Encoding.UTF8.GetBytes("a.1.b"))));
    }

    [Theory]
    [InlineData("1.1.1.1", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:1.1.1.1", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001::1", false)]
    public void Only_public_addresses_are_called(string address, bool expected) => PublicNetwork.Includes(IPAddress.Parse(address)).ShouldBe(expected);

    [Theory]
    [InlineData("https://example.com/hook?a=1", false, true)]
    [InlineData("http://example.com/hook", false, false)]
    [InlineData("http://127.0.0.1:81/hook", true, true)]
    [InlineData("https://127.0.0.1/hook", false, false)]
    [InlineData("https://[::1]/hook", false, false)]
    [InlineData("https://user:pass@example.com/", false, false)]
    [InlineData("https://example.com/#part", false, false)]
    [InlineData("ftp://example.com/", true, false)]
    [InlineData("/hook", true, false)]
    [InlineData("", false, false)]
    public void An_address_is_https_and_nothing_else(string address, bool allowPrivate, bool expected)
    {
        WebhookEndpoint Make() => WebhookEndpoint.Create(default, address, [WebhookEvent.ExecutionRecorded], [1], allowPrivate, default, Now);

        if (expected)
        {
            Make().Address.ShouldBe(address);
        }
        else
        {
            Should.Throw<Refused>(Make).Refusal.ShouldBe(WebhookRefusals.AddressInvalid);
        }
    }

    [Fact]
    public void For_a_day_two_secrets_sign()
    {
        var endpoint = Endpoint();
        endpoint.SigningSecrets(Now).ShouldBe([[1]]);

        endpoint.Rotate([2], Now);

        endpoint.SigningSecrets(Now).ShouldBe([[2], [1]]);
        endpoint.SigningSecrets(Now + WebhookEndpoint.Overlap).ShouldBe([[2]]);
    }

    [Fact]
    public void Tries_come_ever_more_slowly_until_the_message_is_given_up()
    {
        var delivery = WebhookDelivery.Of(Endpoint(), WebhookEvent.Test, default, Now, "{}", Now);
        var now = Now;
        var pauses = new List<TimeSpan>();
        while (delivery.State == WebhookDeliveryState.Waiting)
        {
            now = delivery.NextAt;
            delivery.Fail(500, "no", now);
            pauses.Add(delivery.NextAt - now);
        }

        pauses.SkipLast(1).ShouldBe(WebhookDelivery.Pauses);
        (delivery.State, delivery.Attempts).ShouldBe((WebhookDeliveryState.GivenUp, WebhookDelivery.Pauses.Count + 1));
        delivery.Redeliver(now);
        (delivery.State, delivery.NextAt).ShouldBe((WebhookDeliveryState.Waiting, now));
    }

    [Fact]
    public void An_answer_is_kept_short_and_clean()
    {
        var delivery = WebhookDelivery.Of(Endpoint(), WebhookEvent.Test, default, Now, "{}", Now);

        delivery.Succeed(200, "a\0b😀" + new string('x', 1000), Now);

        delivery.LastResponse!.ShouldStartWith("abx");
        delivery.LastResponse!.Length.ShouldBe(WebhookDelivery.LongestResponse);
    }

    [Fact]
    public void An_endpoint_is_given_up_after_days_of_failing_or_when_it_is_gone()
    {
        var endpoint = Endpoint();
        endpoint.Fail(false, Now).ShouldBeFalse();
        endpoint.Succeed();
        endpoint.Fail(false, Now + WebhookEndpoint.Patience).ShouldBeFalse();
        endpoint.Fail(false, Now + (2 * WebhookEndpoint.Patience)).ShouldBeTrue();
        endpoint.Fail(false, Now + (2 * WebhookEndpoint.Patience)).ShouldBeFalse("it is told once");
        endpoint.IsActive.ShouldBeFalse();

        endpoint.Correct("https://example.com/", [WebhookEvent.TimeAccountLow], false);
        endpoint.IsActive.ShouldBeTrue();
        endpoint.Fail(true, Now).ShouldBeTrue();
    }

    private static WebhookEndpoint Endpoint() =>
        WebhookEndpoint.Create(default, "https://example.com/", [WebhookEvent.ExecutionRecorded], [1], false, default, Now);
}
