using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MudBlazor;
using MudBlazor.Services;
using TransferLearning.Studio.Components;

namespace TransferLearning.Studio;

/// <summary>The web server of the studio, on this machine's own interface only.</summary>
public static class StudioServer
{
    /// <summary>Builds the server; it does not listen yet.</summary>
    public static WebApplication Build(StudioOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(StudioServer).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory,
        });
        // The files of the component library come from its package in a build, and lie beside the program in the tool.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, options.Port);
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = ImageUploads.MostBytes;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // That keys lie unencrypted in the user's own folder is no news for the user.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Services.AddMudServices(services =>
        {
            services.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            services.SnackbarConfiguration.MaxDisplayedSnackbars = 2;
        });
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddSingleton<AccessToken>();
        builder.Services.AddSingleton<RequestGuard>();
        builder.Services.AddSingleton<StudioSession>();
        var app = builder.Build();
        var guard = app.Services.GetRequiredService<RequestGuard>();
        app.Use(guard.InvokeAsync);
        app.UseAntiforgery();
        app.MapStaticAssets();
        ImageEndpoints.Map(app);
        TryEndpoints.Map(app);
        EvaluationEndpoints.Map(app);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode =>
        {
            // The guard says who may frame the page: nobody.
            mode.ContentSecurityFrameAncestorsPolicy = null;
        });
        return app;
    }

    /// <summary>The address to open, with the token; the server listens.</summary>
    public static string AddressOf(WebApplication app)
    {
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return $"{address}/?{AccessToken.QueryName}={app.Services.GetRequiredService<AccessToken>().Value}";
    }
}
