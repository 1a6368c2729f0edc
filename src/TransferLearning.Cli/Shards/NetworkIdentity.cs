using System.Security.Cryptography;
using System.Text;
using TransferLearning.Onnx;

namespace TransferLearning.Cli.Shards;

/// <summary>Identifies networks together with their preprocessing.</summary>
internal static class NetworkIdentity
{
    /// <summary>The same for the same network on every machine.</summary>
    /// <param name="what">The task.</param>
    /// <param name="network">The network.</param>
    /// <param name="preprocessing">Its preprocessing.</param>
    public static string Of(string what, OnnxModel network, ImagePreprocessing preprocessing)
    {
        using var hash = SHA256.Create();
        using (var content = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            content.Write(Encoding.UTF8.GetBytes($"{what}\n{preprocessing.ToJson()}\n"));
            network.Save(content);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }
}
