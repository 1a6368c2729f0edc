using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Playwright;

namespace TransferLearning.Studio.Tests.TestSupport;

/// <summary>What a user gives to the page: dropped files and folders, a zip.</summary>
internal static class Given
{
    private static readonly string[] Steps = ["dragEnter", "dragOver", "drop"];

    /// <summary>Drags files and folders of the machine onto an element, as a file manager does.</summary>
    public static async Task DropAsync(IPage page, ILocator target, params string[] files)
    {
        var box = (await target.BoundingBoxAsync())!;
        var session = await page.Context.NewCDPSessionAsync(page);
        foreach (string step in Steps)
        {
            await session.SendAsync("Input.dispatchDragEvent", new Dictionary<string, object>
            {
                ["type"] = step,
                ["x"] = box.X + (box.Width / 2),
                ["y"] = box.Y + (box.Height / 2),
                ["data"] = new { items = Array.Empty<object>(), files, dragOperationsMask = 1 },
            });
        }

        await session.DetachAsync();
    }

    /// <summary>Copies an image as another program does, and pastes it.</summary>
    public static async Task PasteAsync(IPage page, byte[] png)
    {
        await page.EvaluateAsync(
            """
            async encoded => {
                const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
                await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
            }
            """,
            Convert.ToBase64String(png));
        await page.Locator(".try-part:not([aria-busy])").WaitForAsync();
        await page.Keyboard.PressAsync("Control+v");
    }

    public static void WriteZip(string path, params (string Name, byte[] Content)[] entries)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
        {
            using var stream = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
            stream.Write(content);
        }
    }

    /// <summary>States a length of one byte for the entries of a zip, in its directory and before each of them.</summary>
    public static void Understate(string zip)
    {
        byte[] bytes = File.ReadAllBytes(zip);
        for (int i = 0; i + 30 < bytes.Length; i++)
        {
            if (bytes.AsSpan(i).StartsWith("PK\x01\x02"u8))
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i + 24), 1);
            else if (bytes.AsSpan(i).StartsWith("PK\x03\x04"u8))
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i + 22), 1);
        }

        File.WriteAllBytes(zip, bytes);
    }
}
