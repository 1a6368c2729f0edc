using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>The ways in which servers behave and misbehave.</summary>
internal static class Answers
{
    /// <summary>The whole file, or the rest from the asked byte on.</summary>
    public static Task Properly(HttpContext context, byte[] content)
    {
        if (From(context) >= content.Length)
            return Status(StatusCodes.Status416RangeNotSatisfiable)(context, content);
        return WriteAsync(context, content.AsMemory(Begin(context, content)));
    }

    /// <summary>The whole file, whatever is asked.</summary>
    public static Task IgnoringRange(HttpContext context, byte[] content)
    {
        context.Response.ContentLength = content.Length;
        return WriteAsync(context, content);
    }

    /// <summary>A status without the file.</summary>
    public static Answer Status(int code, params (string Name, string Value)[] headers) => (context, _) =>
    {
        context.Response.StatusCode = code;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    /// <summary>Proper headers and some bytes, then nothing more until the client leaves or the gate opens; then the rest.</summary>
    public static Answer Holding(int bytes, Task gate) => async (context, content) =>
    {
        int from = Begin(context, content);
        await WriteAsync(context, content.AsMemory(from, bytes));
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await gate.WaitAsync(context.RequestAborted);
        await WriteAsync(context, content.AsMemory(from + bytes));
    };

    /// <summary>Nothing at all, not even headers.</summary>
    public static Task Silent(HttpContext context, byte[] content) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>One byte every few milliseconds: never silent, never done.</summary>
    public static async Task Dripping(HttpContext context, byte[] content)
    {
        context.Response.ContentLength = content.Length;
        for (int i = 0; i < content.Length; i++)
        {
            await WriteAsync(context, content.AsMemory(i, 1));
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(5, context.RequestAborted);
        }
    }

    /// <summary>Promises everything, sends some bytes from the asked byte on, and breaks the connection.</summary>
    public static Answer Breaking(int bytes) => async (context, content) =>
    {
        int from = Begin(context, content);
        await WriteAsync(context, content.AsMemory(from, bytes));
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(20);
        context.Abort();
    };

    /// <summary>Sends only the first bytes, chunked, as if that were all.</summary>
    public static Answer EndingEarly(int bytes) => (context, content) => WriteAsync(context, content.AsMemory(0, bytes));

    /// <summary>Other bytes of another length, in the manner of a login page.</summary>
    public static Task LoginPage(HttpContext context, byte[] content)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        byte[] page = "<html>Please log in</html>"u8.ToArray();
        context.Response.ContentLength = page.Length;
        return WriteAsync(context, page);
    }

    /// <summary>As many bytes as there should be, but one of them is another.</summary>
    public static Task WrongBytes(HttpContext context, byte[] content)
    {
        byte[] wrong = [.. content];
        wrong[^1] ^= 1;
        return Properly(context, wrong);
    }

    /// <summary>More bytes than there should be, chunked, so that no header tells.</summary>
    public static async Task TooMany(HttpContext context, byte[] content)
    {
        await WriteAsync(context, content);
        await WriteAsync(context, content);
    }

    /// <summary>A range that starts elsewhere than the asked one.</summary>
    public static Task OtherRange(HttpContext context, byte[] content)
    {
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.Headers.ContentRange = string.Create(
            CultureInfo.InvariantCulture, $"bytes 7-{content.Length - 1}/{content.Length}");
        context.Response.ContentLength = content.Length - 7;
        return WriteAsync(context, content.AsMemory(7));
    }

    /// <summary>The first byte of the asked range, 0 without one.</summary>
    public static long From(HttpContext context) => context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;

    /// <summary>Writes the headers of the asked range and returns its first byte.</summary>
    private static int Begin(HttpContext context, byte[] content)
    {
        int from = (int)From(context);
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {from}-{content.Length - 1}/{content.Length}");
        }

        context.Response.ContentLength = content.Length - from;
        return from;
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes) =>
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
}
