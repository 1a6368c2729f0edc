namespace TransferLearning.Studio;

/// <summary>
/// Lets requests in that come from the studio's own page with its token, and no others: other sites in the same browser, other users of the
/// machine and names that were made to point here are refused before anything else sees them.
/// </summary>
/// <param name="token">The secret of this run.</param>
public sealed class RequestGuard(AccessToken token)
{
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private const string Closed =
        "This is a studio of transfer-learning. Open it with the whole address that it printed when it started: it ends with a token.\n";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context.Response.Headers);
        int port = context.Connection.LocalPort;
        var request = context.Request;
        if (!IsOwnHost(request.Host, port))
        {
            await RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "The host of this address is not the studio's.\n");
            return;
        }

        if (!IsOwnOrigin(request))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Requests of other sites are refused.\n");
            return;
        }

        string cookie = AccessToken.CookieName(port);
        if (token.IsSameAs(request.Cookies[cookie]))
        {
            await next(context);
        }
        else if (HttpMethods.IsGet(request.Method) && token.IsSameAs(request.Query[AccessToken.QueryName]))
        {
            var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true, Path = "/" };
            context.Response.Cookies.Append(cookie, token.Value, options);
            // Without the token in the address it stays out of the history, and of addresses that are copied.
            context.Response.Redirect(request.Path.HasValue ? request.Path.Value! : "/");
        }
        else
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, Closed);
        }
    }

    private static bool IsOwnHost(HostString host, int port) =>
        host.Port == port && host.Host is ("127.0.0.1" or "localhost" or "[::1]");

    /// <summary>
    /// A browser names the origin of whatever may change something, and of WebSockets. Where it does not, it says at least whether the
    /// request comes from another site.
    /// </summary>
    private static bool IsOwnOrigin(HttpRequest request)
    {
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin)
            return origin == $"{request.Scheme}://{request.Host}";
        if (request.HttpContext.WebSockets.IsWebSocketRequest)
            return false;
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? site is not ("cross-site" or "same-site") || IsNavigation(request)
            : site is "same-origin";
    }

    /// <summary>A link on another page may lead here; it changes nothing, and the cookie is not sent along.</summary>
    private static bool IsNavigation(HttpRequest request) => request.Headers["Sec-Fetch-Mode"] == "navigate";

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.Vary = "Cookie";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()";
    }

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text);
    }
}
