using System.Net.Sockets;
using System.Text;

namespace TransferLearning.Tests.Samples;

/// <summary>A request that has sent half of its picture and holds its place until the rest follows.</summary>
internal sealed class HalfUpload : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly byte[] _picture;

    private HalfUpload(byte[] picture) => _picture = picture;

    public static async Task<HalfUpload> StartAsync(Uri service, byte[] picture, string address = "predict")
    {
        var upload = new HalfUpload(picture);
        await upload._client.ConnectAsync(service.Host, service.Port);
        string head = FormattableString.Invariant(
            $"POST /{address} HTTP/1.1\r\nHost: {service.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n\r\n");
        await upload._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await upload._client.GetStream().WriteAsync(picture.AsMemory(0, picture.Length / 2));
        return upload;
    }

    /// <summary>Sends the rest, and returns the first line of the answer.</summary>
    public async Task<string?> FinishAsync()
    {
        await _client.GetStream().WriteAsync(_picture.AsMemory(_picture.Length / 2));
        return await AnswerAsync();
    }

    /// <summary>The first line of the answer.</summary>
    public async Task<string?> AnswerAsync()
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.ASCII, leaveOpen: true);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await reader.ReadLineAsync(patience.Token);
    }

    public void Dispose() => _client.Dispose();
}
