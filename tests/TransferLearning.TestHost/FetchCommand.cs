using System.Globalization;
using System.Net;

namespace TransferLearning.TestHost;

/// <summary>
/// <c>fetch ADDRESS FILENAME BYTES SHA256 [FOLDER]</c>: fetches one file through the cache. Writes <c>start</c> first, and
/// <c>done PATH</c> at the end.
/// </summary>
internal static class FetchCommand
{
    public static async Task RunAsync(string[] arguments)
    {
        var file = new WeightFile
        {
            FileName = arguments[1],
            Bytes = long.Parse(arguments[2], CultureInfo.InvariantCulture),
            Sha256 = arguments[3],
            Addresses = [new Uri(arguments[0])],
        };
        var options = new WeightCacheOptions
        {
            Folder = arguments.Length > 4 ? arguments[4] : null,
            Proxy = new WebProxy(),
            RetryDelay = TimeSpan.FromMilliseconds(10),
        };
        await Console.Out.WriteLineAsync("start");
        await Console.Out.FlushAsync();
        string path = await new WeightCache(options).FetchAsync(file);
        await Console.Out.WriteLineAsync($"done {path}");
    }
}
