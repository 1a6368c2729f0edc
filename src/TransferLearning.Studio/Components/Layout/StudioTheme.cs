using MudBlazor;

namespace TransferLearning.Studio.Components.Layout;

/// <summary>Colours with a contrast of 4.5 or more for text, and the fonts of the system: nothing is fetched.</summary>
public static class StudioTheme
{
    private static readonly string[] Fonts =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "DejaVu Sans", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#3346b8", PrimaryContrastText = "#ffffff", Secondary = "#0b7a6b", Background = "#f6f7fb", Surface = "#ffffff",
            AppbarBackground = "#ffffff", AppbarText = "#1b1f33", DrawerBackground = "#ffffff", DrawerText = "#2b3050",
            DrawerIcon = "#4a5072", TextPrimary = "#1b1f33", TextSecondary = "#4d5370", TextDisabled = "#7a8099", ActionDefault = "#4d5370",
            LinesDefault = "#dfe2ee", LinesInputs = "#8a90a8", TableLines = "#dfe2ee", Divider = "#dfe2ee",
            Success = "#1b7a3d", Error = "#b3261e", Warning = "#8a5300", Info = "#1d5fa8",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#a9b6ff", PrimaryContrastText = "#101431", Secondary = "#6fd8c6", Background = "#12141f", Surface = "#1b1e2d",
            AppbarBackground = "#1b1e2d", AppbarText = "#eceefa", DrawerBackground = "#1b1e2d", DrawerText = "#d5d9ee",
            DrawerIcon = "#aab0cf", TextPrimary = "#eceefa", TextSecondary = "#b4bad6", TextDisabled = "#7f86a5", ActionDefault = "#b4bad6",
            LinesDefault = "#313650", LinesInputs = "#6c7396", TableLines = "#313650", Divider = "#313650",
            Success = "#7fd69a", Error = "#ffb4ab", Warning = "#ffc078", Info = "#9ccaff",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px", AppbarHeight = "56px", DrawerWidthLeft = "208px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.94rem", LineHeight = "1.5" },
            Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none", FontWeight = "600", FontSize = "0.9rem" },
        },
    };
}
