using System.Net.Sockets;
using System.Text;

namespace TransferLearning.Tests.Samples;

/// <summary>A request that has sent half of its image and holds its place until the rest follows.</summary>
internal sealed class HalfUpload : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly byte[] _image;

    private HalfUpload(byte[] image) => _image = image;

    public static async Task<HalfUpload> StartAsync(Uri service, byte[] image, string address = "predict")
    {
        var upload = new HalfUpload(image);
        await upload._client.ConnectAsync(service.Host, service.Port);
        string head = FormattableString.Invariant(
            $"POST /{address} HTTP/1.1\r\nHost: {service.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: {image.Length}\r\n\r\n");
        await upload._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await upload._client.GetStream().WriteAsync(image.AsMemory(0, image.Length / 2));
        return upload;
    }

    /// <summary>Sends the rest, and returns the first line of the answer.</summary>
    public async Task<string?> FinishAsync()
    {
        await _client.GetStream().WriteAsync(_image.AsMemory(_image.Length / 2));
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
