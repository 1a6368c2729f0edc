using System.Net;
using System.Net.WebSockets;
using TransferLearning.Studio.Tests.TestSupport;

namespace TransferLearning.Studio.Tests;

/// <summary>What is refused, without a browser: each request as an attacker would send it.</summary>
public sealed class SecurityTests(SecurityTests.OpenStudio studio) : IClassFixture<SecurityTests.OpenStudio>
{
    /// <summary>A studio with two classes of drawn images.</summary>
    public sealed class OpenStudio : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();

        internal StudioProcess Process { get; private set; } = null!;

        internal string Folder => _folder.Path;

        public async ValueTask InitializeAsync()
        {
            TestImages.WriteClasses(_folder.File("images"), 4, "circle", "square");
            await File.WriteAllTextAsync(_folder.File("secret.txt"), "secret");
            Process = await StudioProcess.StartAsync(_folder.File("images"));
        }

        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            _folder.Dispose();
        }
    }

    private Uri Root => new(studio.Process.Address.GetLeftPart(UriPartial.Authority));

    [Fact]
    public async Task Nothing_is_shown_without_the_token_and_no_address_but_the_machines_own_listens()
    {
        using var client = new HttpClient();
        foreach (string path in (
            string[])["/", "/studio.js", "/_framework/blazor.web.js", "/image/1/small", "/?token=wrong", "/_blazor/negotiate"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri(Root, path))).StatusCode);
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(Root.Host)));
    }

    [Fact]
    public async Task The_token_of_the_address_becomes_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        var answer = await client.GetAsync(studio.Process.Address);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/", answer.Headers.Location!.OriginalString);
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        var page = await client.GetAsync(Root);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "https://example.org", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://127.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("Host", "studio.example.org", HttpStatusCode.MisdirectedRequest)]
    [InlineData("Host", "127.0.0.1:1", HttpStatusCode.MisdirectedRequest)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    public async Task Other_sites_are_refused_with_the_cookie_too(string header, string value, HttpStatusCode expected)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Root, "/image/1/small"));
        request.Headers.TryAddWithoutValidation(header, value);
        Assert.Equal(expected, (await client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task What_changes_something_needs_the_origin_of_the_page()
    {
        using var client = Client();
        using var content = new ByteArrayContent(TestImages.Draw(1));
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(new Uri(Root, "/upload?name=a.png"), content)).StatusCode);

        using var socket = new ClientWebSocket();
        socket.Options.Cookies = new CookieContainer();
        socket.Options.Cookies.Add(Cookie());
        socket.Options.SetRequestHeader("Origin", "https://example.org");
        var address = new UriBuilder(Root) { Scheme = "ws", Path = "/_blazor" }.Uri;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/image/..%2f..%2fsecret.txt/small")]
    [InlineData("/image/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("/_content/..%2f..%2f..%2fsecret.txt")]
    [InlineData("/image/99999/small")]
    public async Task No_address_leads_out_of_the_folder(string path)
    {
        using var client = Client();
        var answer = await client.GetAsync(new Uri(
            Root.AbsoluteUri.TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Uploads_are_taken_by_their_content_and_never_become_paths()
    {
        using var client = Client();
        client.DefaultRequestHeaders.Add("Origin", Root.GetLeftPart(UriPartial.Authority));
        async Task<string> SendAsync(string name, string className, byte[] bytes)
        {
            using var content = new ByteArrayContent(bytes);
            var answer = await client.PostAsync(
                new Uri(Root, $"/upload?name={Uri.EscapeDataString(name)}&class={Uri.EscapeDataString(className)}&folders=1"), content);
            return await answer.Content.ReadAsStringAsync();
        }

        Assert.Contains("HTML", await SendAsync("page.jpg", "", "<script>alert(1)</script>"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("can become a folder", await SendAsync("a.png", "x/../../y", TestImages.Draw(70)), StringComparison.Ordinal);
        Assert.Contains("\"added\":1", await SendAsync("../../../../escaped/evil.png", "", TestImages.Draw(71)), StringComparison.Ordinal);
        Assert.Contains("here already", await SendAsync("again.png", "", TestImages.Draw(71)), StringComparison.Ordinal);
        string[] outside = [.. Directory.EnumerateFiles(studio.Folder, "*evil*", SearchOption.AllDirectories)];
        Assert.Empty(outside);
        Assert.False(Directory.Exists(Path.Combine(studio.Folder, "escaped")));
        string added = Path.Combine(studio.Folder, "images", ".transferlearning", "added");
        Assert.All(Directory.EnumerateFiles(added), file => Assert.Matches("^[0-9a-f]{64}\\.png$", Path.GetFileName(file)));
    }

    private HttpClient Client()
    {
        var handler = new HttpClientHandler();
        handler.CookieContainer.Add(Cookie());
        return new HttpClient(handler, disposeHandler: true);
    }

    private Cookie Cookie() => new(AccessToken.CookieName(Root.Port), studio.Process.Token, "/", Root.Host);
}
