import type { AgentAction } from "../results/types.ts";

export interface AgentOverlayProps {
  actions: readonly AgentAction[];
  /** Of the screenshot, in pixels: the drawing lies over it and has its proportions. */
  size: { width: number; height: number };
  /** Id of the action that is pointed at; the others step back. */
  pointed?: string | undefined;
  /** In a thumbnail the marks are larger, and there are no numbers. */
  thumbnail?: boolean;
}

/** Where the steps of an agent touch the screen: rings for taps and clicks, arrows for swipes and drags. */
export function AgentOverlay({ actions, size: { width, height }, pointed, thumbnail = false }: AgentOverlayProps) {
  const unit = Math.min(width, height) * (thumbnail ? 0.09 : 0.035);
  return (
    <svg aria-hidden viewBox={`0 0 ${width} ${height}`} className="pointer-events-none absolute inset-0 size-full overflow-visible">
      {actions.map((action, index) => {
        if (!action.from) return null;
        const at = { x: action.from.x * width, y: action.from.y * height };
        const to = action.to && { x: action.to.x * width, y: action.to.y * height };
        return (
          <g key={action.id} opacity={pointed !== undefined && pointed !== action.id ? 0.3 : 1}>
            {to && <Arrow from={at} to={to} unit={unit} />}
            <circle cx={at.x} cy={at.y} r={unit} fill="rgb(220 38 38 / 0.25)" stroke="#fff" strokeWidth={unit * 0.42} />
            <circle cx={at.x} cy={at.y} r={unit} fill="none" stroke="#dc2626" strokeWidth={unit * 0.22} />
            <circle cx={at.x} cy={at.y} r={unit * 0.22} fill="#dc2626" stroke="#fff" strokeWidth={unit * 0.1} />
            {!thumbnail && actions.length > 1 && (
              <text x={at.x + unit * 1.3} y={at.y - unit * 0.8} fontSize={unit * 1.3} fontWeight={700} fill="#dc2626" stroke="#fff" strokeWidth={unit * 0.3} paintOrder="stroke">
                {index + 1}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function Arrow({ from, to, unit }: { from: { x: number; y: number }; to: { x: number; y: number }; unit: number }) {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const corner = (turn: number) => `${to.x - 1.5 * unit * Math.cos(angle + turn)},${to.y - 1.5 * unit * Math.sin(angle + turn)}`;
  const end = { x: to.x - unit * Math.cos(angle), y: to.y - unit * Math.sin(angle) };
  return (
    <>
      <line x1={from.x} y1={from.y} x2={end.x} y2={end.y} stroke="#fff" strokeWidth={unit * 0.75} strokeLinecap="round" />
      <line x1={from.x} y1={from.y} x2={end.x} y2={end.y} stroke="#dc2626" strokeWidth={unit * 0.4} strokeLinecap="round" />
      <polygon points={`${to.x},${to.y} ${corner(0.5)} ${corner(-0.5)}`} fill="#dc2626" stroke="#fff" strokeWidth={unit * 0.15} strokeLinejoin="round" />
    </>
  );
}
