using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.Studio;

/// <summary>The secret of this run of the studio: in the address that it prints, then in a cookie of the browser.</summary>
public sealed class AccessToken
{
    public const string QueryName = "token";

    private const int Bytes = 32;

    private readonly byte[] _value;

    public AccessToken()
        : this(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)))
    {
    }

    private AccessToken(string value)
    {
        Value = value;
        _value = Encoding.UTF8.GetBytes(value);
    }

    public string Value { get; }

    /// <summary>The name of the cookie; browsers send cookies to all ports of a host, so the port is part of it.</summary>
    public static string CookieName(int port) => FormattableString.Invariant($"transferlearning-studio-{port}");

    /// <summary>Compares in a time that does not depend on where the difference is.</summary>
    public bool IsSameAs(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _value);
}
